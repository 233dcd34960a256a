/**
 * Pictures to learn from and to measure on: luma planes, bicubic resizing, crops, PSNR. Knows
 * nobody.
 */
package io.upriver.data;
