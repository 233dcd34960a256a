/**
 * Teachers: trained networks in colour that students learn from ({@link
 * io.upriver.teacher.Teacher}, start reading there), and those of them that can be trained here
 * ({@link io.upriver.teacher.TeacherNetwork}). libtorch stays out of the public signatures.
 */
package io.upriver.teacher;
