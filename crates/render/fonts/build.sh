#!/bin/sh
# Rebuilds the two embedded weights from Debian's `fonts-inter` (run here; needs `pip install fonttools brotli`).
# OTF goes into the PDF, WOFF2 into the HTML; both hold the same characters.
set -eu
characters='U+0020-007E,U+00A0-017F,U+0192,U+0218-021B,U+02BB-02BD,U+02C6,U+02C7,U+02DA,U+02DC,U+0300-036F,U+2000-200D,U+2010-2027,U+202F-205F,U+2070-2089,U+20A9,U+20AC,U+2116,U+2122,U+2190-2193,U+2212,U+2215,U+221E,U+2248,U+2260,U+2264,U+2265,U+25A0,U+25A1,U+25B2,U+25BC,U+25C6,U+25CB,U+25CF,U+2713,U+2717'
for weight in Regular SemiBold; do
    name=inter-$(echo "$weight" | tr '[:upper:]' '[:lower:]')
    set -- "/usr/share/fonts/opentype/inter/Inter-$weight.otf" --unicodes="$characters" \
        --layout-features=kern,mark,mkmk,ccmp,locl,tnum --no-hinting --name-IDs='*' --notdef-outline
    pyftsubset "$@" --output-file="$name.otf"
    pyftsubset "$@" --desubroutinize --flavor=woff2 --output-file="$name.woff2"
done
sha256sum inter-*.otf inter-*.woff2 > SHA256SUMS
