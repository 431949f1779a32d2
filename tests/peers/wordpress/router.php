<?php
// Router of the built-in PHP server: real files, else WordPress; and a few levers for the tests under /peer/.
$site = $_SERVER['DOCUMENT_ROOT'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

if (preg_match('#^/peer/database/(start|stop)$#', $path, $match)) {
    exec(escapeshellarg(getenv('PEER_SCRIPT')) . ' database-' . $match[1] . ' ' . escapeshellarg(getenv('PEER_DIR')) . ' 2>&1', $output, $code);
    http_response_code($code === 0 ? 200 : 500);
    echo implode("\n", $output);
    return;
}
if (preg_match('#^/peer/(edit|trash|restore|delete|draft|plain-links|pretty-links)/(\d+)$#', $path, $match)) {
    require $site . '/wp-load.php';
    [, $action, $id] = $match;
    $structure = ['plain-links' => '', 'pretty-links' => '/%year%/%monthnum%/%day%/%postname%/'];
    match ($action) {
        'edit' => wp_update_post(wp_slash(['ID' => $id, 'post_content' => '<p>RALAT: angka pada berita ini diperbaiki. Redaksi memohon maaf atas kekeliruan pada naskah yang terbit sebelumnya.</p>'])),
        'trash' => wp_trash_post($id),
        'restore' => [wp_untrash_post($id), wp_publish_post($id)],
        'delete' => wp_delete_post($id, true),
        'draft' => wp_update_post(['ID' => $id, 'post_status' => 'draft']),
        'plain-links', 'pretty-links' => $GLOBALS['wp_rewrite']->set_permalink_structure($structure[$action]),
    };
    flush_rewrite_rules(false);
    echo 'ok';
    return;
}

if (preg_match('#^/peer/publish/(\d+)$#', $path, $match)) {
    require $site . '/wp-load.php';
    $ids = [];
    for ($number = 0; $number < (int) $match[1]; $number++) {
        $ids[] = wp_insert_post(wp_slash(['post_title' => 'Kabar terkini', 'post_content' => '<p>Baru saja terbit: warga berkumpul di balai desa sejak pagi untuk membahas perbaikan jalan bersama perangkat desa setempat.</p>', 'post_status' => 'publish', 'post_author' => 1]));
    }
    echo implode(',', $ids);
    return;
}
if (preg_match('#^/peer/comment/(add|hold|approve|edit|trash|spam|delete)/(\d+)$#', $path, $match)) {
    require $site . '/wp-load.php';
    [, $action, $id] = $match;
    echo match ($action) {
        // On a post: a comment that shows, and one that waits.
        'add', 'hold' => wp_insert_comment(wp_slash([
            'comment_post_ID' => $id,
            'comment_author' => 'Warga Rimba',
            'comment_author_email' => 'warga@rimba.example',
            'comment_content' => 'Jalan di tempat kami juga rusak, mohon ditinjau.',
            'comment_approved' => $action === 'add' ? 1 : 0,
        ])),
        'approve' => wp_set_comment_status($id, 'approve') ? 'ok' : 'failed',
        'edit' => wp_update_comment(wp_slash(['comment_ID' => $id, 'comment_content' => 'Sudah diperbaiki, terima kasih.'])) ? 'ok' : 'failed',
        'trash' => wp_trash_comment($id) ? 'ok' : 'failed',
        'spam' => wp_spam_comment($id) ? 'ok' : 'failed',
        'delete' => wp_delete_comment($id, true) ? 'ok' : 'failed',
    };
    return;
}
// Closes a part of the interface, as plugins do that guard a site: /peer/close/comments, /peer/close/none.
if (preg_match('#^/peer/close/(comments|users|none)$#', $path, $match)) {
    file_put_contents(getenv('PEER_DIR') . '/closed', $match[1]);
    echo 'ok';
    return;
}
$closed = trim((string) @file_get_contents(getenv('PEER_DIR') . '/closed'));
if ($closed !== '' && str_starts_with($path, "/wp-json/wp/v2/$closed")) {
    http_response_code(401);
    header('Content-Type: application/json');
    echo '{"code":"rest_cannot_access","message":"Hanya untuk pengguna.","data":{"status":401}}';
    return;
}

$file = $site . $path;
if ($path !== '/' && is_file($file) && !str_ends_with($path, '.php')) {
    return false;
}
if (is_file($file) && str_ends_with($path, '.php')) {
    require $file;
    return;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
require $site . '/index.php';
