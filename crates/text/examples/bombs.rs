use std::sync::Arc;
fn main() {
    let reader = text::Reader::new(Arc::new(text::Lexicons::default()), jiff::tz::TimeZone::UTC).unwrap();
    let fill = |s: &str| s.repeat((10 << 20) / s.len());
    for (name, html) in [
        ("bomb", std::fs::read_to_string("/work/shared/data/corpora/bombs/deep-nesting-100k.html").unwrap()),
        ("p", fill("<p>x")), ("div", fill("<div>x")), ("divclosed", fill("<div>x</div>")), ("a", fill("<a href=x>y")), ("aclosed", fill("<p><a href=/x>kata yang cukup, panjang</a> dan, lain</p>")), ("b", fill("<b>x")), ("table", fill("<table><tr><td>x")), ("ul", fill("<ul><li>")), ("text", fill("kata yang biasa saja, ")), ("lt", fill("<")), ("br", fill("x<br>")), ("stray", fill("</x>")), ("deepstray", format!("{}{}", "<span>".repeat(500), fill("</q></div>"))), ("attr", format!("<p {}>x", fill("a=b "))), ("svg", fill("<svg><g/></svg>")), ("quote", fill("<p \"'")), ("ent", fill("&amp;lt;")), ("script", fill("<script>x</script>")), ("comment", fill("<!--x-->")), ("fmt", fill("<p><b><i><u>x</p>")), ("sel", fill("<select><option>")), ("form", fill("<input>")), ("h", fill("<h1>x")), ("meta", fill("<meta name=date content='1 Juli 2025'>")), ("time", fill("<time>x</time>")), ("ld", fill("<script type='application/ld+json'>[[[[[</script>"))] {
        let t = std::time::Instant::now();
        let (d, p) = reader.extract(html.as_bytes(), None, Some("https://a.example/b"));
        let a = t.elapsed();
        let rss = std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmHWM")).unwrap().to_owned();
        println!("{name:10} {a:?} text {} {rss} {:?}", d.text.len(), p.iter().map(|p| p.reason.chars().take(40).collect::<String>()).collect::<Vec<_>>());
    }
}
