/**
 * Learning, whatever it is that learns: the loop ({@link io.upriver.learn.Training}, start reading
 * there), the optimiser's state, the run's folder, weights and their files. Plain Java: no libtorch
 * here.
 */
package io.upriver.learn;
