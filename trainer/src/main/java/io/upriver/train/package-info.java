/** The trainer's commands; known by nobody. */
package io.upriver.train;
