/**
 * Whole files through the topics: one job for a command, or many, with files and limits of their
 * own, for HTTP.
 */
package io.upriver.job;
