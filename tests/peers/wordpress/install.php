<?php
// Installs the test site: php install.php SITE
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1:' . getenv('PEER_PORT');
$_SERVER['REQUEST_URI'] = '/';
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
if (!is_blog_installed()) {
    wp_install('Suara Benua', 'admin', 'redaksi@suarabenua.example', true, '', 'adminpass');
}
wp_delete_post(1, true); // "Hello world!"
update_option('permalink_structure', '/%year%/%monthnum%/%day%/%postname%/');
update_option('template', 'suarabenua');
update_option('stylesheet', 'suarabenua');
update_option('timezone_string', 'Asia/Makassar');
global $wp_rewrite;
$wp_rewrite->init();
$wp_rewrite->flush_rules(false);
