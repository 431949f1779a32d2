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
        'edit' => wp_update_post(wp_slash(['ID' => $id, 'post_content' => '<p>RALAT: angka pada berita ini diperbaiki.</p>'])),
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
