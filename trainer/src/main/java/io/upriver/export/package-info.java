/**
 * Students as ONNX models that describe themselves. The only place with the ONNX format's classes;
 * libtorch is not seen here, weights arrive as plain arrays.
 */
package io.upriver.export;
