/**
 * The REST API under {@code /api/v1}: what HTTP sees of the topics. It decides nothing that {@link
 * io.upriver.admin} could.
 */
package io.upriver.api;
