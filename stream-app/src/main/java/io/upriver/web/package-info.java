/**
 * HTTP for players and encoders, beside the REST API: what they expect of a web server by their own
 * protocols.
 */
package io.upriver.web;
