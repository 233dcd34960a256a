package io.upriver.api;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;

/** Which methods a path has, for the header that tells so, which the framework leaves out. */
final class AllowedMethods {

    private AllowedMethods() {}

    /** Such as {@code GET, PUT}. */
    static String of(String path) {
        Set<String> methods = new TreeSet<>();
        for (Bean<?> bean :
                CDI.current().getBeanManager().getBeans(Object.class, Any.Literal.INSTANCE)) {
            Path prefix = bean.getBeanClass().getAnnotation(Path.class);
            if (prefix != null) {
                for (Method method : bean.getBeanClass().getMethods()) {
                    Path suffix = method.getAnnotation(Path.class);
                    String template = prefix.value() + (suffix == null ? "" : suffix.value());
                    if (path.matches(pattern(template))) {
                        addTo(methods, method);
                    }
                }
            }
        }
        return String.join(", ", methods);
    }

    /** As a regular expression; a variable may bring its own. */
    private static String pattern(String template) {
        return template.replaceAll("\\{[^}:]*}", "[^/]+").replaceAll("\\{[^}:]*:([^}]*)}", "$1");
    }

    private static void addTo(Set<String> methods, Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod known = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (known != null) {
                methods.add(known.value());
            }
        }
    }
}
