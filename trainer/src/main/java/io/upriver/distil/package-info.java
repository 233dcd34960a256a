/**
 * A teacher's knowledge into a student: what is taught ({@link io.upriver.distil.Lessons}) and by
 * which loss ({@link io.upriver.distil.DistillingStudent}, start reading there).
 */
package io.upriver.distil;
