package io.capstan.appliance.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: collects one request, has it handled on a thread of its own, sends the response, closes. */
final class RequestHandler extends SimpleChannelInboundHandler<HttpObject> {

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private static final String BEARER = "Bearer ";

    private final HttpLimits limits;
    private final HttpHandler handler;
    private final Executor handlers;
    private final Semaphore requests;
    private io.netty.handler.codec.http.@Nullable HttpRequest head;
    private final CompositeByteBuf body = Unpooled.compositeBuffer();
    private boolean answered;

    RequestHandler(HttpLimits limits, HttpHandler handler, Executor handlers, Semaphore requests) {
        this.limits = limits;
        this.handler = handler;
        this.handlers = handlers;
        this.requests = requests;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (answered) {
            return;
        }
        if (message.decoderResult().isFailure()) {
            refuse(context, message.decoderResult());
            return;
        }
        if (message instanceof io.netty.handler.codec.http.HttpRequest request) {
            begin(context, request);
        }
        if (message instanceof HttpContent content && !answered) {
            add(context, content);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof ReadTimeoutException && head != null && !answered) {
            send(context, handler.refuse(408, "the request did not arrive in time"));
        } else {
            close(context);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        body.release();
    }

    private void begin(
            ChannelHandlerContext context, io.netty.handler.codec.http.HttpRequest request) {
        head = request;
        if (HttpUtil.isContentLengthSet(request)
                && HttpUtil.getContentLength(request, 0L) > limits.bodyBytesMax()) {
            refuseBody(context);
        } else if (HttpUtil.is100ContinueExpected(request)) {
            var _ =
                    context.writeAndFlush(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void add(ChannelHandlerContext context, HttpContent content) {
        ByteBuf bytes = content.content();
        if (body.readableBytes() + bytes.readableBytes() > limits.bodyBytesMax()) {
            refuseBody(context);
            return;
        }
        body.addComponent(true, bytes.retain());
        if (content instanceof LastHttpContent) {
            dispatch(context);
        }
    }

    private void dispatch(ChannelHandlerContext context) {
        io.netty.handler.codec.http.HttpRequest complete = head;
        if (complete == null) {
            close(context);
            return;
        }
        answered = true;
        // From here on it is the handler that takes its time, not the client.
        context.pipeline().remove(io.netty.handler.timeout.ReadTimeoutHandler.class);
        HttpRequest request;
        try {
            request = request(complete, peer(context));
        } catch (IllegalArgumentException e) {
            send(context, handler.refuse(400, "the request target is not a valid URI"));
            return;
        }
        if (!requests.tryAcquire()) {
            send(context, handler.refuse(503, "too many requests at a time; try again"));
            return;
        }
        try {
            handlers.execute(() -> handle(context, request));
        } catch (RejectedExecutionException e) {
            requests.release();
            send(context, handler.refuse(503, "the daemon is stopping"));
        }
    }

    private void handle(ChannelHandlerContext context, HttpRequest request) {
        HttpResponse response;
        try {
            response = handler.handle(request);
        } catch (RuntimeException | Error bug) {
            LOG.error("{} {} failed inside", request.method(), request.path(), bug);
            response = handler.refuse(500, "the daemon failed inside; its log says where");
        }
        HttpResponse toSend = response;
        context.executor().execute(() -> send(context, toSend, requests::release));
    }

    private HttpRequest request(io.netty.handler.codec.http.HttpRequest complete, String peer) {
        QueryStringDecoder target = new QueryStringDecoder(complete.uri());
        Map<String, String> query = new HashMap<>();
        target.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
        byte[] bytes = new byte[body.readableBytes()];
        body.readBytes(bytes);
        return new HttpRequest(
                complete.method().name(),
                target.path(),
                query,
                bytes,
                peer,
                Optional.ofNullable(complete.headers().get(HttpHeaderNames.AUTHORIZATION))
                        .map(RequestHandler::token));
    }

    /** RFC 6750, 2.1. */
    private static String token(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : "";
    }

    private void refuse(ChannelHandlerContext context, DecoderResult result) {
        Throwable cause = result.cause();
        if (cause instanceof TooLongHttpLineException) {
            send(context, handler.refuse(414, "the request target is too long"));
        } else if (cause instanceof TooLongHttpHeaderException) {
            send(context, handler.refuse(431, "the header fields are too long"));
        } else {
            send(context, handler.refuse(400, "this is not an HTTP/1.1 request"));
        }
    }

    private void refuseBody(ChannelHandlerContext context) {
        send(
                context,
                handler.refuse(413, "the body is longer than " + limits.bodyBytesMax() + " bytes"));
    }

    private void send(ChannelHandlerContext context, HttpResponse response) {
        send(context, response, () -> {});
    }

    private void send(ChannelHandlerContext context, HttpResponse response, Runnable whenSent) {
        answered = true;
        FullHttpResponse message =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(response.status()),
                        Unpooled.wrappedBuffer(response.body()));
        message.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, response.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.CONNECTION, "close");
        if (response.status() == 401) {
            message.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, BEARER.strip());
        }
        context.writeAndFlush(message)
                .addListener(sent -> whenSent.run())
                .addListener(ChannelFutureListener.CLOSE);
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    /** The kernel knows who connected; a socket that does not say so is not refused for it. */
    private static String peer(ChannelHandlerContext context) {
        var peer =
                context.channel()
                        .config()
                        .getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
        return peer == null ? "unknown" : peer.user().getName();
    }
}
