/**
 * Pictures to learn from and to measure on: luma planes, bicubic resizing, crops, clips that went
 * through a video codec, PSNR. Knows nobody; FFmpeg stays inside {@code VideoCodec}.
 */
package io.upriver.data;
