/**
 * Models measured: PSNR and SSIM on test pictures, cost, time per frame, and pictures of what they
 * make, beside bicubic enlargement and published figures. The only place with ONNX Runtime.
 */
package io.upriver.evaluate;
