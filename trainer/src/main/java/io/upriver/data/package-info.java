/**
 * Pictures to learn from and to measure on: luma planes, bicubic resizing, crops, clips that went
 * through a video codec, clips out of a stream's segments, PSNR. Knows nobody; FFmpeg stays inside
 * {@code VideoCodec}, {@code VideoReader} and {@code VideoQuantizer}.
 */
package io.upriver.data;
