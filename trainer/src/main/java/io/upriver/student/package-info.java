/**
 * The student networks: their shape ({@link io.upriver.student.StudentSpec}), what they compute
 * ({@link io.upriver.student.StudentGraph}, start reading there). libtorch is used by two classes
 * here and stays out of their public signatures.
 */
package io.upriver.student;
