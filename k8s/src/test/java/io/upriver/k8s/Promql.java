package io.upriver.k8s;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PromQL expression, read for what it names: metrics, labels, functions. What is no expression is
 * refused, as is a function of which nothing is known here, or one that gets an instant where it
 * needs a range. promtool knows all of it: {@code .ci/k8s}.
 */
final class Promql {

    /** A metric with the labels that are asked of it. */
    record Selector(String metric, Set<String> labels) {}

    /** An aggregation by labels, over what is inside of it. */
    record Grouping(Set<String> labels, List<Selector> over) {}

    private static final Set<String> AGGREGATIONS = Set.of("sum", "count", "max", "min", "avg");

    /** What each argument is: a range, an instant vector, a scalar. */
    private static final Map<String, String> FUNCTIONS =
            Map.of(
                    "rate", "r",
                    "increase", "r",
                    "deriv", "r",
                    "histogram_quantile", "si",
                    "absent", "i",
                    "vector", "s");

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(\"(?:[^\"\\\\]|\\\\.)*\")|(\\d+[smhd])|(\\d+(?:\\.\\d+)?)|([A-Za-z_]\\w*)|(=~|!~|!=|==|>=|<=|[-+*/%^><=(){}\\[\\],:]))");

    private static final Set<String> OPERATORS =
            Set.of(
                    "+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "and", "or",
                    "unless");

    private final List<String> tokens = new ArrayList<>();
    private final List<Selector> selectors = new ArrayList<>();
    private final List<Grouping> groupings = new ArrayList<>();
    private int at;

    private Promql(String text) {
        Matcher token = TOKEN.matcher(text);
        int end = 0;
        while (end < text.stripTrailing().length()) {
            if (!token.find(end) || token.start() != end) {
                throw new IllegalArgumentException("not understood: " + text.substring(end));
            }
            tokens.add(token.group().strip());
            end = token.end();
        }
    }

    static Promql parse(String text) {
        Promql parsed = new Promql(text);
        if (parsed.expression()) {
            throw new IllegalArgumentException("expected an instant, got a range: " + text);
        }
        if (parsed.at < parsed.tokens.size()) {
            throw new IllegalArgumentException("not expected: " + parsed.peek() + " in " + text);
        }
        return parsed;
    }

    List<Selector> selectors() {
        return selectors;
    }

    List<Grouping> groupings() {
        return groupings;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private boolean take(String token) {
        boolean is = peek().equals(token);
        at += is ? 1 : 0;
        return is;
    }

    private void require(String token) {
        if (!take(token)) {
            throw new IllegalArgumentException("expected " + token + ", got '" + peek() + "'");
        }
    }

    private String name() {
        if (!peek().matches("[A-Za-z_]\\w*")) {
            throw new IllegalArgumentException("expected a name, got '" + peek() + "'");
        }
        return tokens.get(at++);
    }

    /** Whether it is a range. */
    private boolean expression() {
        boolean range = operand();
        while (OPERATORS.contains(peek())) {
            at++;
            take("bool");
            if (take("on") || take("ignoring")) {
                names();
                if (take("group_left") || take("group_right")) {
                    names();
                }
            }
            boolean other = operand();
            if (range || other) {
                throw new IllegalArgumentException("expected instants around an operator");
            }
        }
        return range;
    }

    private boolean operand() {
        boolean range = primary();
        if (take("[")) {
            duration();
            if (take(":")) {
                duration();
            } else if (range || !tokens.get(at - 3).matches("[}]|[A-Za-z_]\\w*")) {
                throw new IllegalArgumentException("expected a step for a range of an expression");
            }
            require("]");
            range = true;
        }
        return range;
    }

    private void duration() {
        if (!peek().matches("\\d+[smhd]")) {
            throw new IllegalArgumentException("expected a duration, got '" + peek() + "'");
        }
        at++;
    }

    private boolean primary() {
        if (take("(")) {
            boolean range = expression();
            require(")");
            return range;
        }
        if (peek().matches("\\d.*")) {
            at++;
            return false;
        }
        String name = name();
        if (AGGREGATIONS.contains(name)) {
            aggregation();
        } else if (peek().equals("(")) {
            call(name);
        } else {
            selector(name);
        }
        return false;
    }

    private void aggregation() {
        Set<String> labels = take("by") ? names() : new TreeSet<>();
        int before = selectors.size();
        require("(");
        if (expression()) {
            throw new IllegalArgumentException("expected an instant in an aggregation");
        }
        require(")");
        groupings.add(
                new Grouping(labels, List.copyOf(selectors.subList(before, selectors.size()))));
    }

    private void call(String name) {
        String arguments = FUNCTIONS.get(name);
        if (arguments == null) {
            throw new IllegalArgumentException("no function is known as " + name);
        }
        require("(");
        for (int i = 0; i < arguments.length(); i++) {
            if (i > 0) {
                require(",");
            }
            if (expression() != (arguments.charAt(i) == 'r')) {
                throw new IllegalArgumentException(name + ": expected " + arguments);
            }
        }
        require(")");
    }

    private void selector(String metric) {
        Set<String> labels = new TreeSet<>();
        if (take("{")) {
            do {
                labels.add(name());
                if (!take("=") && !take("=~") && !take("!=") && !take("!~")) {
                    throw new IllegalArgumentException("expected a matcher, got " + peek());
                }
                if (!peek().startsWith("\"")) {
                    throw new IllegalArgumentException("expected a text, got " + peek());
                }
                at++;
            } while (take(","));
            require("}");
        }
        selectors.add(new Selector(metric, labels));
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        require("(");
        while (!take(")")) {
            names.add(name());
            take(",");
        }
        return names;
    }
}
