package io.capstan.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Mistakes that somebody could make, each planted in the compiled classes while they are loaded, so that the sources know
 * nothing of it.
 *
 * <p>A mistake belongs here if random runs find it soon. One that shows in a narrow window alone, such as a label whose name
 * is not forced, has a test of its own where it would be made.
 *
 * <p>Whoever changes the code that a mistake is planted in, and then reads here that it is not there any more, plants the
 * same mistake in the new code.
 */
enum Mutation {
    DATA_IS_NOT_FORCED("store.ChunkWriter", "force", call("store.MirroredFile", "force"), 100),
    NAME_OF_A_NEW_CHUNK_IS_NOT_FORCED(
            "store.ChunkWriter", "force", call("store.MirroredFile", "forceNames"), 100),
    CATALOG_COMMITS_WHAT_IS_STILL_IN_THE_BUFFER(
            "store.ChunkWriter", "synchronize", call("store.ChunkWriter", "writeRest"), 100),
    RECOVERED_CHUNK_IS_NOT_FORCED(
            "store.ChunkRecovery", "seal", call("store.FileIo$OpenFile", "force"), 400),
    CHECKSUM_OF_DATA_IS_IGNORED(
            "format.ChunkFileReader",
            "requirePlainCrc",
            call("format.ChunkFileReader", "requireCrc"),
            100),
    CONTAINER_IS_NOT_MARKED_BEFORE_IT_IS_WRITTEN(
            "medium.Appender", "chunkFor", call("medium.Appender", "markDirty"), 100),
    DELETED_NAMES_ARE_NOT_FORCED(
            "store.StoreFiles", "deleteDurably", call("store.StoreFiles", "forceNames"), 400),
    WHAT_DOES_NOT_FOLLOW_STAYS_ON_DISK(
            "medium.ContainerRecovery", "run", call("store.StoreFiles", "deleteDurably"), 400),
    FAILED_APPENDS_ARE_NOT_UNDONE("medium.Appender", "drop", call("medium.Appender", "undo"), 400),
    FILEMARKS_DO_NOT_SYNCHRONIZE(
            "drive.ReadWrite", "finish", call("medium.Medium", "synchronize"), 100),
    COMMANDS_DO_NOT_WAIT_FOR_WHAT_IS_COMPRESSED(
            "scsi.spc.SpcDeviceServer", "admitted", call("scsi.spc.DeviceServer", "settle"), 100),
    WHAT_FOLLOWS_A_BLOCK_THAT_IS_LOST_IS_KEPT(
            "drive.CompressingBuffer", "append", call("format.CompressionQueue", "clear"), 400),
    OVERWRITTEN_RUNS_ARE_NOT_CUT(
            "medium.Appender$Batch",
            "apply",
            call("catalog.CatalogTransaction", "truncateRuns"),
            100),
    WHAT_FAILED_IS_NOT_CUT_OFF(
            "store.StoreFiles", "truncateDurably", call("store.FileIo$OpenFile", "truncate"), 400),
    BAD_COPIES_ARE_TAKEN_FOR_GOOD(
            "upkeep.Copies", "repairAlone", call("store.ChunkStore", "verify"), 100, true),
    WHAT_A_DISK_MISSED_IS_NOT_LOOKED_FOR(
            "upkeep.Upkeep", "resilver", call("upkeep.Resilvering", "run"), 1000, true);

    private static final String PACKAGE = "io.capstan.";

    private final String className;
    private final String method;

    @SuppressWarnings("ImmutableEnumChecker") // each is a lambda that keeps nothing
    private final Change change;

    /** Seeds within which the simulation finds it. */
    final int seedsMax;

    /** Whether it is looked for on mirrored pools. */
    final boolean isMirrored;

    /** What becomes of the method's code, and how often it did. */
    private interface Change {
        CodeTransform in(AtomicInteger count);
    }

    Mutation(String className, String method, Change change, int seedsMax) {
        this(className, method, change, seedsMax, false);
    }

    Mutation(String className, String method, Change change, int seedsMax, boolean isMirrored) {
        this.className = PACKAGE + className;
        this.method = method;
        this.change = change;
        this.seedsMax = seedsMax;
        this.isMirrored = isMirrored;
    }

    /** Leaves a call out; what it would have returned is zero or null. */
    private static Change call(String owner, String name) {
        String internalName = (PACKAGE + owner).replace('.', '/');
        return count ->
                (code, element) -> {
                    if (element instanceof InvokeInstruction invoke
                            && invoke.owner().asInternalName().equals(internalName)
                            && invoke.name().equalsString(name)) {
                        count.incrementAndGet();
                        leaveOut(code, invoke);
                    } else {
                        code.with(element);
                    }
                };
    }

    private static void leaveOut(CodeBuilder code, InvokeInstruction invoke) {
        MethodTypeDesc type = invoke.typeSymbol();
        for (ClassDesc parameter : type.parameterList().reversed()) {
            pop(code, TypeKind.from(parameter));
        }
        if (invoke.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
        switch (TypeKind.from(type.returnType()).asLoadable()) {
            case VOID -> {}
            case INT -> code.iconst_0();
            case LONG -> code.lconst_0();
            case FLOAT -> code.fconst_0();
            case DOUBLE -> code.dconst_0();
            default -> code.aconst_null();
        }
    }

    private static void pop(CodeBuilder code, TypeKind kind) {
        if (kind.slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /**
     * A loader of all of this software with the mistake in it.
     *
     * @throws IllegalStateException if the code is not as it was
     */
    ClassLoader loader() throws ClassNotFoundException {
        Loader loader = new Loader(this);
        // At once: a class that cannot be loaded in the middle of a run looks like a mistake found.
        loader.loadClass(className);
        return loader;
    }

    private byte[] plantIn(byte[] classBytes) {
        AtomicInteger count = new AtomicInteger();
        byte[] changed =
                ClassFile.of()
                        .transformClass(
                                ClassFile.of().parse(classBytes),
                                ClassTransform.transformingMethodBodies(
                                        this::isMethod, change.in(count)));
        if (count.get() == 0) {
            throw new IllegalStateException(
                    this + ": " + className + "." + method + " is not as it was: plant it anew");
        }
        return changed;
    }

    private boolean isMethod(MethodModel model) {
        return model.methodName().equalsString(method);
    }

    private static final class Loader extends ClassLoader {
        private final Mutation mutation;

        Loader(Mutation mutation) {
            super("mutated", Mutation.class.getClassLoader());
            this.mutation = mutation;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                return name.startsWith(PACKAGE) ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                byte[] code = name.equals(mutation.className) ? mutation.plantIn(bytes) : bytes;
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
