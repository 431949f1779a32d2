<!DOCTYPE html>
<html <?php language_attributes(); ?>>
<head><meta charset="<?php bloginfo('charset'); ?>"><?php wp_head(); ?></head>
<body <?php body_class(); ?>>
<header><nav><a href="<?php echo esc_url(home_url('/')); ?>"><?php bloginfo('name'); ?></a></nav></header>
<main>
<?php while (have_posts()) : the_post(); ?>
<article <?php post_class(); ?>>
<?php if (is_singular()) : ?>
<h1><?php the_title(); ?></h1>
<time datetime="<?php echo esc_attr(get_the_date('c')); ?>"><?php echo esc_html(get_the_date()); ?></time>
<?php the_content(); wp_link_pages(); ?>
<?php else : ?>
<h2><a href="<?php the_permalink(); ?>"><?php the_title(); ?></a></h2>
<?php the_excerpt(); ?>
<?php endif; ?>
</article>
<?php endwhile; ?>
<?php the_posts_pagination(); ?>
</main>
<?php wp_footer(); ?>
</body>
</html>
