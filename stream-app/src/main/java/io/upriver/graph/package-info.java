/**
 * ONNX files as data from outside: read within limits, checked, their shapes followed ({@link
 * io.upriver.graph.OnnxFile}, start reading there), before ONNX Runtime sees a byte of them. The
 * only place with ONNX's own classes; knows nobody.
 */
@NullMarked
package io.upriver.graph;

import org.jspecify.annotations.NullMarked;
