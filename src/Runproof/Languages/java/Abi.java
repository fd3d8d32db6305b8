package runproof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.RecordComponentVisitor;

/** What other classes are compiled against of a class: while it is the same, they need not be compiled again. Values of constants are part of it, since they are copied. */
final class Abi {
    private Abi() {}

    static String of(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        new ClassReader(bytes).accept(new Surface(lines), ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
        Collections.sort(lines);
        return Tools.hash(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    /** Of all classes of a source that have a name; anonymous and local ones are nobody's to use. */
    static Map<String, String> of(Map<String, byte[]> classes) {
        Map<String, String> surface = new TreeMap<>();
        classes.forEach((name, bytes) -> {
            if (!name.matches(".*\\$\\d.*")) surface.put(name, of(bytes));
        });
        return surface;
    }

    private static final class Surface extends ClassVisitor {
        private final List<String> lines;

        Surface(List<String> lines) {
            super(Opcodes.ASM9);
            this.lines = lines;
        }

        @Override
        public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
            lines.add("class " + access + " " + name + " " + signature + " " + superName + " " + Arrays.toString(interfaces));
        }

        @Override
        public void visitPermittedSubclass(String name) {
            lines.add("permits " + name);
        }

        @Override
        public void visitInnerClass(String name, String outer, String inner, int access) {
            if (inner != null && outer != null) lines.add("inner " + name + " " + access);
        }

        @Override
        public RecordComponentVisitor visitRecordComponent(String name, String descriptor, String signature) {
            lines.add("component " + name + " " + descriptor + " " + signature);
            return null;
        }

        @Override
        public AnnotationVisitor visitAnnotation(String descriptor, boolean isVisible) {
            lines.add("annotation " + descriptor);
            return null;
        }

        @Override
        public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
            if ((access & (Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC)) == 0) lines.add("field " + access + " " + name + " " + descriptor + " " + signature + " " + value);
            return null;
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
            if ((access & (Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC)) != 0 || name.equals("<clinit>")) return null;
            String head = "method " + access + " " + name + " " + descriptor + " " + signature + " " + Arrays.toString(exceptions);
            lines.add(head);
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public AnnotationVisitor visitAnnotationDefault() {
                    lines.add("default " + head);
                    return null;
                }
            };
        }
    }
}
