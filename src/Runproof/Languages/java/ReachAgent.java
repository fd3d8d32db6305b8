package runproof;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Puts a probe at each line of the product's classes as they are loaded. */
public final class ReachAgent implements ClassFileTransformer {
    private final Map<String, String> files = new HashMap<>();

    private ReachAgent() {}

    /** @param list file with lines "class TAB source file" of the classes that count */
    public static void premain(String list, Instrumentation instrumentation) {
        ReachAgent agent = new ReachAgent();
        Tools.read(Path.of(list)).lines().forEach(line -> agent.files.put(line.substring(0, line.indexOf('\t')).replace('.', '/'), line.substring(line.indexOf('\t') + 1)));
        instrumentation.addTransformer(agent);
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
        String file = name == null ? null : files.get(name);
        if (file == null) return null;
        try {
            ClassReader reader = new ClassReader(bytes);
            ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
            reader.accept(new Probed(writer, file), 0);
            return writer.toByteArray();
        } catch (Throwable error) {
            // Too large with probes, or too new: its lines count as reached by none.
            System.out.println("note: what tests reach in " + name + " is not measured: " + error);
            return null;
        }
    }

    private static final class Probed extends ClassVisitor {
        private final String file;

        Probed(ClassVisitor next, String file) {
            super(Opcodes.ASM9, next);
            this.file = file;
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return next == null ? null : new Method(next, file, name.equals("<clinit>"));
        }
    }

    /** The probe comes before the first instruction of a line; behind it where that makes an object, since frames name such instructions by their place. */
    private static final class Method extends MethodVisitor {
        private final String file;
        private final boolean isInitializer;
        private int pending = -1;

        Method(MethodVisitor next, String file, boolean isInitializer) {
            super(Opcodes.ASM9, next);
            this.file = file;
            this.isInitializer = isInitializer;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (isInitializer) call("enter", "()V");
        }

        @Override
        public void visitLineNumber(int line, Label start) {
            super.visitLineNumber(line, start);
            pending = line;
        }

        private void flush() {
            if (pending < 0) return;
            int probe = Hits.probe(file, pending);
            pending = -1;
            if (probe < 0) return;
            super.visitLdcInsn(probe);
            call("hit", "(I)V");
        }

        private void call(String name, String descriptor) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, "runproof/Hits", name, descriptor, false);
        }

        @Override
        public void visitInsn(int opcode) {
            flush();
            if (isInitializer && opcode == Opcodes.RETURN) call("leave", "()V");
            super.visitInsn(opcode);
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            flush();
            super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitVarInsn(int opcode, int index) {
            flush();
            super.visitVarInsn(opcode, index);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode != Opcodes.NEW) flush();
            super.visitTypeInsn(opcode, type);
            flush();
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            flush();
            super.visitFieldInsn(opcode, owner, name, descriptor);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            flush();
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            flush();
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            flush();
            super.visitJumpInsn(opcode, label);
        }

        @Override
        public void visitLdcInsn(Object value) {
            flush();
            super.visitLdcInsn(value);
        }

        @Override
        public void visitIincInsn(int index, int increment) {
            flush();
            super.visitIincInsn(index, increment);
        }

        @Override
        public void visitTableSwitchInsn(int least, int most, Label other, Label... labels) {
            flush();
            super.visitTableSwitchInsn(least, most, other, labels);
        }

        @Override
        public void visitLookupSwitchInsn(Label other, int[] keys, Label[] labels) {
            flush();
            super.visitLookupSwitchInsn(other, keys, labels);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            flush();
            super.visitMultiANewArrayInsn(descriptor, dimensions);
        }
    }
}
