/**
 * The student networks: their shape ({@link io.upriver.student.StudentSpec}), what they compute
 * ({@link io.upriver.student.StudentGraph}, start reading there), and how they learn from pictures
 * ({@link io.upriver.student.GroundTruthTraining}). libtorch is used by two classes here and stays
 * out of their public signatures, so that the loop, the optimiser and the checkpoints are plain
 * Java.
 */
package io.upriver.student;
