/** Models measured: PSNR on test pictures and time per frame. The only place with ONNX Runtime. */
package io.upriver.evaluate;
