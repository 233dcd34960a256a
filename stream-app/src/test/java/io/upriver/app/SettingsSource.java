package io.upriver.app;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import io.smallrye.config.common.utils.StringUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** {@code Settings.java} as the compiler reads it: the groups of settings with their comments. */
final class SettingsSource {

    private static final Path FILE =
            Path.of("src", "main", "java", "io", "upriver", "app", "Settings.java");

    /** What a setting's comment has behind its meaning. */
    private static final Pattern ADVICE =
            Pattern.compile("(?:Unit: (?<unit>[^.]+)\\. )?When to change: (?<when>.+)");

    /**
     * A setting.
     *
     * @param fallback its default, where it has one
     * @param unit in the comment's words, where it says one
     */
    record Setting(
            String name,
            String type,
            Optional<String> fallback,
            String meaning,
            Optional<String> unit,
            Optional<String> when) {}

    /** Settings that belong together. */
    record Group(String meaning, List<Setting> settings) {}

    private final DocTrees trees;
    private final CompilationUnitTree unit;

    private SettingsSource(DocTrees trees, CompilationUnitTree unit) {
        this.trees = trees;
        this.unit = unit;
    }

    /** The groups in the order of the file, without those that have only groups. */
    static List<Group> read() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjects(FILE));
            CompilationUnitTree unit = task.parse().iterator().next();
            return new SettingsSource(DocTrees.instance(task), unit).groups();
        }
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        new TreePathScanner<Void, String>() {
            @Override
            public Void visitClass(ClassTree type, String prefix) {
                List<Setting> settings = new ArrayList<>();
                for (var member : type.getMembers()) {
                    if (member instanceof MethodTree method && isSetting(method)) {
                        settings.add(
                                setting(method, prefix, new TreePath(getCurrentPath(), member)));
                    }
                }
                if (!settings.isEmpty()) {
                    groups.add(new Group(paragraphs(getCurrentPath()).get(0), settings));
                }
                for (var member : type.getMembers()) {
                    if (member instanceof ClassTree inner) {
                        String name = StringUtil.skewer(inner.getSimpleName().toString());
                        scan(inner, prefix + name + ".");
                    }
                }
                return null;
            }
        }.scan(new TreePath(unit), "upriver.");
        return groups;
    }

    /** Those without a comment only lead to a group. */
    private boolean isSetting(MethodTree method) {
        return !Character.isUpperCase(method.getReturnType().toString().charAt(0))
                || method.getReturnType()
                        .toString()
                        .matches("(Optional<.*>|String|Duration|LargestPicture)");
    }

    private Setting setting(MethodTree method, String prefix, TreePath path) {
        List<String> paragraphs = new ArrayList<>(paragraphs(path));
        Matcher advice = ADVICE.matcher(paragraphs.get(paragraphs.size() - 1));
        boolean advised = advice.matches();
        if (advised) {
            paragraphs.remove(paragraphs.size() - 1);
        }
        return new Setting(
                prefix + StringUtil.skewer(method.getName().toString()),
                method.getReturnType().toString(),
                fallback(method),
                String.join(" ", paragraphs),
                advised ? Optional.ofNullable(advice.group("unit")) : Optional.empty(),
                advised ? Optional.of(advice.group("when")) : Optional.empty());
    }

    private static Optional<String> fallback(MethodTree method) {
        for (AnnotationTree annotation : method.getModifiers().getAnnotations()) {
            if (annotation.getAnnotationType().toString().equals("WithDefault")) {
                LiteralTree value = (LiteralTree) annotation.getArguments().get(0);
                return Optional.of(value.getValue().toString());
            }
        }
        return Optional.empty();
    }

    /** The comment's paragraphs in Markdown, each in one line. */
    private List<String> paragraphs(TreePath path) {
        DocCommentTree comment = trees.getDocCommentTree(path);
        if (comment == null) {
            return List.of("");
        }
        String text = comment.toString().replaceAll("\\s+", " ").strip();
        text = text.replaceAll("\\{@(?:code|link) #?([^}]*)}", "`$1`");
        return List.of(text.split(" *<p> *"));
    }
}
