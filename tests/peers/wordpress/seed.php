<?php
// Writes the posts of an invented outlet: php seed.php SITE
//
// 130 posts over the last six days; 130 more that share one second, as a bulk import leaves them; one older than a week.
$_SERVER['HTTP_HOST'] = '127.0.0.1:' . getenv('PEER_PORT');
$_SERVER['REQUEST_URI'] = '/';
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';

$places = ['Loa Lestari', 'Muara Jernih', 'Tanjung Rimba', 'Sungai Pinang Dua', 'Teluk Sari', 'Bukit Damar', 'Kampung Baru Ulu', 'Pulau Sirih', 'Simpang Tiga Raya', 'Rantau Indah'];
$subjects = [
    ['Banjir', 'Air menggenangi jalan poros %s sejak dini hari. Ketinggian air mencapai lutut orang dewasa di dua rukun tetangga.', 'Warga meminta saluran di sepanjang jalan itu dikeruk sebelum puncak hujan.'],
    ['Perbaikan jalan', 'Ruas jalan menuju %s mulai diperbaiki pekan ini. Pekerjaan dilakukan pada malam hari agar lalu lintas siang tetap lancar.', 'Pengendara diminta mengurangi kecepatan di sekitar lokasi.'],
    ['Harga beras', 'Harga beras di pasar %s naik seribu rupiah dalam sepekan. Pedagang menyebut pasokan dari luar pulau terlambat datang.', 'Dinas terkait menjadwalkan operasi pasar pada akhir pekan.'],
    ['Layanan puskesmas', 'Puskesmas %s menambah jam layanan sampai petang. Antrean pagi hari dinilai sudah terlalu panjang.', 'Petugas tambahan mulai bekerja awal bulan depan.'],
    ['Pasokan BBM', 'Antrean kendaraan terlihat di pangkalan %s sejak pagi. Truk pengangkut tertahan karena penyeberangan ditutup sementara.', 'Pengelola memastikan stok kembali normal dalam dua hari.'],
    ['Beasiswa pelajar', 'Seratus pelajar dari %s menerima bantuan biaya sekolah. Penyerahan dilakukan di aula kecamatan.', 'Pendaftaran gelombang kedua dibuka bulan depan.'],
];
// Characters that WordPress sends as entities.
$decorations = ['%s di %s', '%s di %s: Warga & Pemerintah Bertemu', '“%s” di %s -- Ini Faktanya', "%s di %s, 'Bukan Masalah Baru'"];

$daily = wp_create_category('Daerah');
$paid = wp_create_category('Advertorial');
$now = time();
kses_remove_filters();

function post(int $number, int $time): void
{
    global $places, $subjects, $decorations, $daily, $paid;
    [$subject, $lead, $close] = $subjects[$number % count($subjects)];
    $place = $places[intdiv($number, count($subjects)) % count($places)];
    $title = sprintf($decorations[$number % count($decorations)], $subject, $place) . " ($number)";
    $body = '<p>' . sprintf($lead, $place) . "</p>\n<p>$close</p>\n<p>Catatan redaksi nomor $number.</p>";
    $id = wp_insert_post(wp_slash([
        'post_title' => $title,
        'post_content' => $body,
        'post_status' => 'publish',
        'post_author' => 1,
        'post_category' => [$number % 10 === 3 ? $paid : $daily],
        'tags_input' => [strtolower($subject)],
        'post_date' => wp_date('Y-m-d H:i:s', $time),
        'post_date_gmt' => gmdate('Y-m-d H:i:s', $time),
    ]), true);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message() . "\n");
        exit(1);
    }
}

for ($number = 0; $number < 130; $number++) {
    post($number, $now - 900 - $number * 3900);
}
for ($number = 130; $number < 260; $number++) {
    post($number, $now - 3 * 86400 - 17);
}
post(260, $now - 30 * 86400);
