package io.upriver.web;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;

/**
 * Lets players on any page read what is under {@code /live} and {@code /vod}, and nothing else.
 * Nothing there changes anything or depends on who asks.
 */
@Provider
public final class CrossOrigin implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        String method = request.getMethod();
        if (request.getUriInfo().getPath().matches("/(live|vod)/.*")
                && (method.equals("GET") || method.equals("HEAD"))) {
            MultivaluedMap<String, Object> headers = response.getHeaders();
            headers.putSingle("Access-Control-Allow-Origin", "*");
            headers.putSingle(
                    "Access-Control-Expose-Headers",
                    String.join(
                            ", ",
                            HttpHeaders.CONTENT_LENGTH,
                            "Content-Range",
                            HttpHeaders.ETAG,
                            HttpHeaders.RETRY_AFTER));
        }
    }
}
