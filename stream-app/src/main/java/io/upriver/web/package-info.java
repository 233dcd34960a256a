/** What players fetch over HTTP, outside of the API. */
package io.upriver.web;
