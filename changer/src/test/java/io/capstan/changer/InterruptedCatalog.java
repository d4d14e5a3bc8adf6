package io.capstan.changer;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands in front of a catalog, where commits fail on demand or the power goes before or after them. */
final class InterruptedCatalog {

    private final Catalog behind;
    private final Consumer<String> step;
    private final Catalog catalog;
    private int goodCommits = Integer.MAX_VALUE;

    InterruptedCatalog(Catalog behind, Consumer<String> step) {
        this.behind = behind;
        this.step = step;
        this.catalog =
                (Catalog)
                        Proxy.newProxyInstance(
                                Catalog.class.getClassLoader(),
                                new Class<?>[] {Catalog.class},
                                (proxy, method, arguments) -> invoke(method, arguments));
    }

    /** What a library is given as its catalog. */
    Catalog catalog() {
        return catalog;
    }

    /** Lets {@code count} commits through and fails all after them; {@link Integer#MAX_VALUE} heals. */
    void failAfter(int count) {
        goodCommits = count;
    }

    private @Nullable Object invoke(Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        boolean isCommit = method.getName().equals("commit");
        if (isCommit) {
            step.accept("before commit");
            if (goodCommits <= 0) {
                throw new CatalogException(CatalogException.Reason.NO_SPACE, "no space left");
            }
            goodCommits--;
        }
        Object result = invokeBehind(method, arguments);
        if (isCommit) {
            step.accept("after commit");
        }
        return result;
    }

    private @Nullable Object invokeBehind(Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(behind, arguments);
        } catch (InvocationTargetException fault) {
            throw fault.getCause() == null ? fault : fault.getCause();
        }
    }
}
