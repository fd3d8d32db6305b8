package runproof;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A test file as the compiler reads it. */
final class TestSource {
    private static final int MOST_STATEMENTS = 6;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final LineMap lines;
    private final String text;
    private final Map<StatementTree, String> caught = new HashMap<>();

    private TestSource(CompilationUnitTree unit, SourcePositions positions, String text) {
        this.unit = unit;
        this.positions = positions;
        this.text = text;
        lines = unit.getLineMap();
    }

    static TestSource read(Path file) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, one -> { }, List.of("-proc:none"), null, files.getJavaFileObjects(file));
            CompilationUnitTree unit = task.parse().iterator().next();
            return new TestSource(unit, Trees.instance(task).getSourcePositions(), unit.getSourceFile().getCharContent(true).toString());
        }
    }

    /** Source text of a tree, on one line where it is short. */
    String text(Tree tree) {
        int start = (int) positions.getStartPosition(unit, tree);
        int end = (int) positions.getEndPosition(unit, tree);
        return start < 0 || end < start ? tree.toString() : text.substring(start, end).replaceAll("\\s*\\n\\s*", " ").strip();
    }

    private boolean holds(Tree tree, int line) {
        long start = positions.getStartPosition(unit, tree);
        long end = positions.getEndPosition(unit, tree);
        return start >= 0 && end >= start && lines.getLineNumber(start) <= line && line <= lines.getLineNumber(end);
    }

    MethodTree methodAt(int line) {
        return method(one -> holds(one, line));
    }

    MethodTree methodNamed(String name) {
        return method(one -> one.getName().contentEquals(name));
    }

    /** The innermost. */
    private MethodTree method(java.util.function.Predicate<MethodTree> wanted) {
        MethodTree[] found = {null};
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree tree, Void none) {
                if (found[0] == null && wanted.test(tree) && tree.getBody() != null) found[0] = tree;
                return super.visitMethod(tree, none);
            }
        }.scan(unit, null);
        return found[0];
    }

    /** The innermost plain statement at a line that is not part of a lambda or an inner class. */
    Tree statementAt(MethodTree method, int line) {
        Tree[] found = {null};
        new TreeScanner<Void, Void>() {
            @Override
            public Void scan(Tree tree, Void none) {
                boolean isPlain = tree instanceof ExpressionStatementTree || tree instanceof VariableTree || tree instanceof ReturnTree || tree instanceof ThrowTree;
                if (isPlain && holds(tree, line)) found[0] = tree;
                if (tree instanceof LambdaExpressionTree || tree instanceof ClassTree) return null;
                return super.scan(tree, none);
            }
        }.scan(method.getBody(), null);
        return found[0];
    }

    Tree lastStatement(MethodTree method) {
        List<? extends StatementTree> statements = method.getBody().getStatements();
        return statements.isEmpty() ? null : statements.get(statements.size() - 1);
    }

    static String nameOf(MethodInvocationTree call) {
        return call.getMethodSelect() instanceof MemberSelectTree select ? select.getIdentifier().toString() : call.getMethodSelect().toString();
    }

    /** The first call of an assertion with arguments. */
    MethodInvocationTree assertionIn(Tree statement) {
        MethodInvocationTree[] found = {null};
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
                if (found[0] == null && nameOf(call).startsWith("assert") && !call.getArguments().isEmpty()) found[0] = call;
                return super.visitMethodInvocation(call, none);
            }
        }.scan(statement, null);
        return found[0];
    }

    /** Messages come first in JUnit 3 and 4. */
    boolean isMessageFirst() {
        return unit.getImports().stream().noneMatch(one -> one.getQualifiedIdentifier().toString().startsWith("org.junit.jupiter"));
    }

    /** The exception that the annotation of a test names. */
    String expectedOf(MethodTree method) {
        for (AnnotationTree annotation : method.getModifiers().getAnnotations()) {
            for (ExpressionTree argument : annotation.getArguments()) {
                if (argument instanceof AssignmentTree pair && pair.getVariable().toString().equals("expected") && pair.getExpression() instanceof MemberSelectTree type) return text(type.getExpression());
            }
        }
        return null;
    }

    /** Statements before one that make the names in what is called, and fields of the class that do. */
    List<String> setUp(MethodTree method, Tree statement, String call, int longest) {
        Set<String> needed = names(call);
        List<StatementTree> before = new ArrayList<>();
        caught.clear();
        collect(method.getBody(), statement, before);
        List<String> found = new ArrayList<>();
        for (int i = before.size() - 1; i >= 0 && found.size() < MOST_STATEMENTS; i--) {
            StatementTree one = before.get(i);
            String target = targetOf(one);
            String words = text(one);
            boolean isCheck = assertionIn(one) != null && !(one instanceof VariableTree);
            if (caught.containsKey(one) && needed.contains(caught.get(one)) && !isCheck) target = caught.get(one);
            if (target == null || !needed.contains(target) || words.length() > longest || isCheck) continue;
            needed.addAll(names(words));
            found.add(0, words);
        }
        Set<String> declared = new HashSet<>();
        for (VariableTree parameter : method.getParameters()) declared.add(parameter.getName().toString());
        for (StatementTree one : before) if (one instanceof VariableTree variable) declared.add(variable.getName().toString());
        List<String> fields = new ArrayList<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree type, Void none) {
                for (Tree member : type.getMembers()) {
                    if (member instanceof VariableTree field && field.getInitializer() != null && needed.contains(field.getName().toString()) && !declared.contains(field.getName().toString())) {
                        String words = field.getType() + " " + field.getName() + " = " + text(field.getInitializer()) + ";";
                        if (words.length() <= longest && fields.size() < 3) fields.add(words);
                    }
                }
                return super.visitClass(type, none);
            }

            @Override
            public Void visitMethod(MethodTree before, Void none) {
                boolean prepares = before.getName().contentEquals("setUp") || before.getModifiers().getAnnotations().stream().anyMatch(one -> one.getAnnotationType().toString().matches("Before(Each|All|Class)?"));
                if (!prepares || before == method || before.getBody() == null) return null;
                for (StatementTree one : before.getBody().getStatements()) {
                    String target = targetOf(one);
                    if (target != null && needed.contains(target) && !declared.contains(target) && text(one).length() <= longest && fields.size() < 3) fields.add(text(one));
                }
                return null;
            }
        }.scan(unit, null);
        fields.addAll(found);
        return fields;
    }

    /** The statements of the blocks around one that come before it. */
    private boolean collect(Tree tree, Tree statement, List<StatementTree> before) {
        if (tree == statement) return true;
        if (!isIn(tree, statement)) return false;
        if (tree instanceof BlockTree block) {
            for (StatementTree one : block.getStatements()) {
                if (collect(one, statement, before)) return true;
                before.add(one);
            }
            return true;
        }
        // What stands in a catch clause looks at what the statements before it threw.
        if (tree instanceof TryTree attempt) {
            for (CatchTree clause : attempt.getCatches()) {
                List<StatementTree> inside = new ArrayList<>();
                if (!clause.getBlock().getStatements().isEmpty() && isIn(clause.getBlock(), statement)) {
                    for (StatementTree one : attempt.getBlock().getStatements()) {
                        if (text(one).startsWith("fail(") || text(one).contains(".fail(")) continue;
                        before.add(one);
                        caught.put(one, clause.getParameter().getName().toString());
                    }
                    collect(clause.getBlock(), statement, inside);
                    before.addAll(inside);
                    return true;
                }
            }
        }
        List<BlockTree> blocks = new ArrayList<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitBlock(BlockTree block, Void none) {
                blocks.add(block);
                return null;
            }
        }.scan(tree, null);
        for (BlockTree block : blocks) if (collect(block, statement, before)) return true;
        return true;
    }

    private static boolean isIn(Tree tree, Tree statement) {
        boolean[] isIn = {false};
        new TreeScanner<Void, Void>() {
            @Override
            public Void scan(Tree one, Void none) {
                if (one == statement) isIn[0] = true;
                return isIn[0] ? null : super.scan(one, none);
            }
        }.scan(tree, null);
        return isIn[0];
    }

    /** The name that a statement makes or changes. */
    private static String targetOf(StatementTree statement) {
        if (statement instanceof VariableTree variable) return variable.getName().toString();
        if (!(statement instanceof ExpressionStatementTree expression)) return null;
        if (expression.getExpression() instanceof AssignmentTree assignment) return rootOf(assignment.getVariable());
        return expression.getExpression() instanceof MethodInvocationTree call && call.getMethodSelect() instanceof MemberSelectTree select ? rootOf(select.getExpression()) : null;
    }

    private static String rootOf(ExpressionTree tree) {
        if (tree instanceof IdentifierTree name) return name.getName().toString();
        if (tree instanceof MemberSelectTree select) return select.getExpression().toString().equals("this") ? select.getIdentifier().toString() : rootOf(select.getExpression());
        if (tree instanceof MethodInvocationTree call && call.getMethodSelect() instanceof MemberSelectTree select) return rootOf(select.getExpression());
        return null;
    }

    private static Set<String> names(String words) {
        Set<String> names = new HashSet<>();
        java.util.regex.Matcher name = java.util.regex.Pattern.compile("(?<![\\w.])[A-Za-z_]\\w*").matcher(words.replaceAll("\"(?:\\\\.|[^\"\\\\])*\"", ""));
        while (name.find()) names.add(name.group());
        return names;
    }
}
