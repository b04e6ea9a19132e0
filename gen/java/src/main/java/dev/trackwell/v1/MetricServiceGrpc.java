package dev.trackwell.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Logs metrics and returns their history, point by point or in columns.
 * A point is (key, timestamp, step, value). Every point is kept; one that is logged again with the
 * same bits is stored once, which makes every call here safe to retry.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class MetricServiceGrpc {

  private MetricServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "trackwell.v1.MetricService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogMetricRequest,
      dev.trackwell.v1.LogMetricResponse> getLogMetricMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogMetric",
      requestType = dev.trackwell.v1.LogMetricRequest.class,
      responseType = dev.trackwell.v1.LogMetricResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogMetricRequest,
      dev.trackwell.v1.LogMetricResponse> getLogMetricMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogMetricRequest, dev.trackwell.v1.LogMetricResponse> getLogMetricMethod;
    if ((getLogMetricMethod = MetricServiceGrpc.getLogMetricMethod) == null) {
      synchronized (MetricServiceGrpc.class) {
        if ((getLogMetricMethod = MetricServiceGrpc.getLogMetricMethod) == null) {
          MetricServiceGrpc.getLogMetricMethod = getLogMetricMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogMetricRequest, dev.trackwell.v1.LogMetricResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogMetric"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogMetricRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogMetricResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MetricServiceMethodDescriptorSupplier("LogMetric"))
              .build();
        }
      }
    }
    return getLogMetricMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryRequest,
      dev.trackwell.v1.GetMetricHistoryResponse> getGetMetricHistoryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetMetricHistory",
      requestType = dev.trackwell.v1.GetMetricHistoryRequest.class,
      responseType = dev.trackwell.v1.GetMetricHistoryResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryRequest,
      dev.trackwell.v1.GetMetricHistoryResponse> getGetMetricHistoryMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryRequest, dev.trackwell.v1.GetMetricHistoryResponse> getGetMetricHistoryMethod;
    if ((getGetMetricHistoryMethod = MetricServiceGrpc.getGetMetricHistoryMethod) == null) {
      synchronized (MetricServiceGrpc.class) {
        if ((getGetMetricHistoryMethod = MetricServiceGrpc.getGetMetricHistoryMethod) == null) {
          MetricServiceGrpc.getGetMetricHistoryMethod = getGetMetricHistoryMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetMetricHistoryRequest, dev.trackwell.v1.GetMetricHistoryResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetMetricHistory"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetMetricHistoryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetMetricHistoryResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MetricServiceMethodDescriptorSupplier("GetMetricHistory"))
              .build();
        }
      }
    }
    return getGetMetricHistoryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryBulkRequest,
      dev.trackwell.v1.GetMetricHistoryBulkResponse> getGetMetricHistoryBulkMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetMetricHistoryBulk",
      requestType = dev.trackwell.v1.GetMetricHistoryBulkRequest.class,
      responseType = dev.trackwell.v1.GetMetricHistoryBulkResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryBulkRequest,
      dev.trackwell.v1.GetMetricHistoryBulkResponse> getGetMetricHistoryBulkMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryBulkRequest, dev.trackwell.v1.GetMetricHistoryBulkResponse> getGetMetricHistoryBulkMethod;
    if ((getGetMetricHistoryBulkMethod = MetricServiceGrpc.getGetMetricHistoryBulkMethod) == null) {
      synchronized (MetricServiceGrpc.class) {
        if ((getGetMetricHistoryBulkMethod = MetricServiceGrpc.getGetMetricHistoryBulkMethod) == null) {
          MetricServiceGrpc.getGetMetricHistoryBulkMethod = getGetMetricHistoryBulkMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetMetricHistoryBulkRequest, dev.trackwell.v1.GetMetricHistoryBulkResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetMetricHistoryBulk"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetMetricHistoryBulkRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetMetricHistoryBulkResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MetricServiceMethodDescriptorSupplier("GetMetricHistoryBulk"))
              .build();
        }
      }
    }
    return getGetMetricHistoryBulkMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest,
      dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse> getGetMetricHistoryBulkIntervalMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetMetricHistoryBulkInterval",
      requestType = dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest.class,
      responseType = dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest,
      dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse> getGetMetricHistoryBulkIntervalMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest, dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse> getGetMetricHistoryBulkIntervalMethod;
    if ((getGetMetricHistoryBulkIntervalMethod = MetricServiceGrpc.getGetMetricHistoryBulkIntervalMethod) == null) {
      synchronized (MetricServiceGrpc.class) {
        if ((getGetMetricHistoryBulkIntervalMethod = MetricServiceGrpc.getGetMetricHistoryBulkIntervalMethod) == null) {
          MetricServiceGrpc.getGetMetricHistoryBulkIntervalMethod = getGetMetricHistoryBulkIntervalMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest, dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetMetricHistoryBulkInterval"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MetricServiceMethodDescriptorSupplier("GetMetricHistoryBulkInterval"))
              .build();
        }
      }
    }
    return getGetMetricHistoryBulkIntervalMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogSeriesRequest,
      dev.trackwell.v1.LogSeriesResponse> getLogSeriesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogSeries",
      requestType = dev.trackwell.v1.LogSeriesRequest.class,
      responseType = dev.trackwell.v1.LogSeriesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogSeriesRequest,
      dev.trackwell.v1.LogSeriesResponse> getLogSeriesMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogSeriesRequest, dev.trackwell.v1.LogSeriesResponse> getLogSeriesMethod;
    if ((getLogSeriesMethod = MetricServiceGrpc.getLogSeriesMethod) == null) {
      synchronized (MetricServiceGrpc.class) {
        if ((getLogSeriesMethod = MetricServiceGrpc.getLogSeriesMethod) == null) {
          MetricServiceGrpc.getLogSeriesMethod = getLogSeriesMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogSeriesRequest, dev.trackwell.v1.LogSeriesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogSeries"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogSeriesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogSeriesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MetricServiceMethodDescriptorSupplier("LogSeries"))
              .build();
        }
      }
    }
    return getLogSeriesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetSeriesRequest,
      dev.trackwell.v1.GetSeriesResponse> getGetSeriesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetSeries",
      requestType = dev.trackwell.v1.GetSeriesRequest.class,
      responseType = dev.trackwell.v1.GetSeriesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetSeriesRequest,
      dev.trackwell.v1.GetSeriesResponse> getGetSeriesMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetSeriesRequest, dev.trackwell.v1.GetSeriesResponse> getGetSeriesMethod;
    if ((getGetSeriesMethod = MetricServiceGrpc.getGetSeriesMethod) == null) {
      synchronized (MetricServiceGrpc.class) {
        if ((getGetSeriesMethod = MetricServiceGrpc.getGetSeriesMethod) == null) {
          MetricServiceGrpc.getGetSeriesMethod = getGetSeriesMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetSeriesRequest, dev.trackwell.v1.GetSeriesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetSeries"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetSeriesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetSeriesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MetricServiceMethodDescriptorSupplier("GetSeries"))
              .build();
        }
      }
    }
    return getGetSeriesMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static MetricServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MetricServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MetricServiceStub>() {
        @java.lang.Override
        public MetricServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MetricServiceStub(channel, callOptions);
        }
      };
    return MetricServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static MetricServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MetricServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MetricServiceBlockingV2Stub>() {
        @java.lang.Override
        public MetricServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MetricServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return MetricServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static MetricServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MetricServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MetricServiceBlockingStub>() {
        @java.lang.Override
        public MetricServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MetricServiceBlockingStub(channel, callOptions);
        }
      };
    return MetricServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static MetricServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MetricServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MetricServiceFutureStub>() {
        @java.lang.Override
        public MetricServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MetricServiceFutureStub(channel, callOptions);
        }
      };
    return MetricServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Logs metrics and returns their history, point by point or in columns.
   * A point is (key, timestamp, step, value). Every point is kept; one that is logged again with the
   * same bits is stored once, which makes every call here safe to retry.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Logs one point.
     * </pre>
     */
    default void logMetric(dev.trackwell.v1.LogMetricRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogMetricResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getLogMetricMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a page of a metric's history, ordered by (timestamp, step, value).
     * </pre>
     */
    default void getMetricHistory(dev.trackwell.v1.GetMetricHistoryRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetMetricHistoryMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, ordered by (run, timestamp, step, value).
     * </pre>
     */
    default void getMetricHistoryBulk(dev.trackwell.v1.GetMetricHistoryBulkRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryBulkResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetMetricHistoryBulkMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, sampled evenly by step. The first and last point of each run are always kept.
     * </pre>
     */
    default void getMetricHistoryBulkInterval(dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetMetricHistoryBulkIntervalMethod(), responseObserver);
    }

    /**
     * <pre>
     * Logs many points of many metrics of one run as columns: all of them or none. gRPC only.
     * </pre>
     */
    default void logSeries(dev.trackwell.v1.LogSeriesRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogSeriesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getLogSeriesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Streams whole histories as columns, in bounded chunks, each series ordered by (timestamp, step, value). gRPC only.
     * </pre>
     */
    default void getSeries(dev.trackwell.v1.GetSeriesRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetSeriesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetSeriesMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service MetricService.
   * <pre>
   * Logs metrics and returns their history, point by point or in columns.
   * A point is (key, timestamp, step, value). Every point is kept; one that is logged again with the
   * same bits is stored once, which makes every call here safe to retry.
   * </pre>
   */
  public static abstract class MetricServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return MetricServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service MetricService.
   * <pre>
   * Logs metrics and returns their history, point by point or in columns.
   * A point is (key, timestamp, step, value). Every point is kept; one that is logged again with the
   * same bits is stored once, which makes every call here safe to retry.
   * </pre>
   */
  public static final class MetricServiceStub
      extends io.grpc.stub.AbstractAsyncStub<MetricServiceStub> {
    private MetricServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MetricServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MetricServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Logs one point.
     * </pre>
     */
    public void logMetric(dev.trackwell.v1.LogMetricRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogMetricResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getLogMetricMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a page of a metric's history, ordered by (timestamp, step, value).
     * </pre>
     */
    public void getMetricHistory(dev.trackwell.v1.GetMetricHistoryRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetMetricHistoryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, ordered by (run, timestamp, step, value).
     * </pre>
     */
    public void getMetricHistoryBulk(dev.trackwell.v1.GetMetricHistoryBulkRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryBulkResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetMetricHistoryBulkMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, sampled evenly by step. The first and last point of each run are always kept.
     * </pre>
     */
    public void getMetricHistoryBulkInterval(dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetMetricHistoryBulkIntervalMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Logs many points of many metrics of one run as columns: all of them or none. gRPC only.
     * </pre>
     */
    public void logSeries(dev.trackwell.v1.LogSeriesRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogSeriesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getLogSeriesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Streams whole histories as columns, in bounded chunks, each series ordered by (timestamp, step, value). gRPC only.
     * </pre>
     */
    public void getSeries(dev.trackwell.v1.GetSeriesRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetSeriesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getGetSeriesMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service MetricService.
   * <pre>
   * Logs metrics and returns their history, point by point or in columns.
   * A point is (key, timestamp, step, value). Every point is kept; one that is logged again with the
   * same bits is stored once, which makes every call here safe to retry.
   * </pre>
   */
  public static final class MetricServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<MetricServiceBlockingV2Stub> {
    private MetricServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MetricServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MetricServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Logs one point.
     * </pre>
     */
    public dev.trackwell.v1.LogMetricResponse logMetric(dev.trackwell.v1.LogMetricRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getLogMetricMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of a metric's history, ordered by (timestamp, step, value).
     * </pre>
     */
    public dev.trackwell.v1.GetMetricHistoryResponse getMetricHistory(dev.trackwell.v1.GetMetricHistoryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetMetricHistoryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, ordered by (run, timestamp, step, value).
     * </pre>
     */
    public dev.trackwell.v1.GetMetricHistoryBulkResponse getMetricHistoryBulk(dev.trackwell.v1.GetMetricHistoryBulkRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetMetricHistoryBulkMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, sampled evenly by step. The first and last point of each run are always kept.
     * </pre>
     */
    public dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse getMetricHistoryBulkInterval(dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetMetricHistoryBulkIntervalMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Logs many points of many metrics of one run as columns: all of them or none. gRPC only.
     * </pre>
     */
    public dev.trackwell.v1.LogSeriesResponse logSeries(dev.trackwell.v1.LogSeriesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getLogSeriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Streams whole histories as columns, in bounded chunks, each series ordered by (timestamp, step, value). gRPC only.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, dev.trackwell.v1.GetSeriesResponse>
        getSeries(dev.trackwell.v1.GetSeriesRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getGetSeriesMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service MetricService.
   * <pre>
   * Logs metrics and returns their history, point by point or in columns.
   * A point is (key, timestamp, step, value). Every point is kept; one that is logged again with the
   * same bits is stored once, which makes every call here safe to retry.
   * </pre>
   */
  public static final class MetricServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<MetricServiceBlockingStub> {
    private MetricServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MetricServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MetricServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Logs one point.
     * </pre>
     */
    public dev.trackwell.v1.LogMetricResponse logMetric(dev.trackwell.v1.LogMetricRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getLogMetricMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of a metric's history, ordered by (timestamp, step, value).
     * </pre>
     */
    public dev.trackwell.v1.GetMetricHistoryResponse getMetricHistory(dev.trackwell.v1.GetMetricHistoryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetMetricHistoryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, ordered by (run, timestamp, step, value).
     * </pre>
     */
    public dev.trackwell.v1.GetMetricHistoryBulkResponse getMetricHistoryBulk(dev.trackwell.v1.GetMetricHistoryBulkRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetMetricHistoryBulkMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, sampled evenly by step. The first and last point of each run are always kept.
     * </pre>
     */
    public dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse getMetricHistoryBulkInterval(dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetMetricHistoryBulkIntervalMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Logs many points of many metrics of one run as columns: all of them or none. gRPC only.
     * </pre>
     */
    public dev.trackwell.v1.LogSeriesResponse logSeries(dev.trackwell.v1.LogSeriesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getLogSeriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Streams whole histories as columns, in bounded chunks, each series ordered by (timestamp, step, value). gRPC only.
     * </pre>
     */
    public java.util.Iterator<dev.trackwell.v1.GetSeriesResponse> getSeries(
        dev.trackwell.v1.GetSeriesRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getGetSeriesMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service MetricService.
   * <pre>
   * Logs metrics and returns their history, point by point or in columns.
   * A point is (key, timestamp, step, value). Every point is kept; one that is logged again with the
   * same bits is stored once, which makes every call here safe to retry.
   * </pre>
   */
  public static final class MetricServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<MetricServiceFutureStub> {
    private MetricServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MetricServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MetricServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Logs one point.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.LogMetricResponse> logMetric(
        dev.trackwell.v1.LogMetricRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getLogMetricMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a page of a metric's history, ordered by (timestamp, step, value).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.GetMetricHistoryResponse> getMetricHistory(
        dev.trackwell.v1.GetMetricHistoryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetMetricHistoryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, ordered by (run, timestamp, step, value).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.GetMetricHistoryBulkResponse> getMetricHistoryBulk(
        dev.trackwell.v1.GetMetricHistoryBulkRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetMetricHistoryBulkMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns one metric's history for several runs, sampled evenly by step. The first and last point of each run are always kept.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse> getMetricHistoryBulkInterval(
        dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetMetricHistoryBulkIntervalMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Logs many points of many metrics of one run as columns: all of them or none. gRPC only.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.LogSeriesResponse> logSeries(
        dev.trackwell.v1.LogSeriesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getLogSeriesMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_LOG_METRIC = 0;
  private static final int METHODID_GET_METRIC_HISTORY = 1;
  private static final int METHODID_GET_METRIC_HISTORY_BULK = 2;
  private static final int METHODID_GET_METRIC_HISTORY_BULK_INTERVAL = 3;
  private static final int METHODID_LOG_SERIES = 4;
  private static final int METHODID_GET_SERIES = 5;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_LOG_METRIC:
          serviceImpl.logMetric((dev.trackwell.v1.LogMetricRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogMetricResponse>) responseObserver);
          break;
        case METHODID_GET_METRIC_HISTORY:
          serviceImpl.getMetricHistory((dev.trackwell.v1.GetMetricHistoryRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryResponse>) responseObserver);
          break;
        case METHODID_GET_METRIC_HISTORY_BULK:
          serviceImpl.getMetricHistoryBulk((dev.trackwell.v1.GetMetricHistoryBulkRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryBulkResponse>) responseObserver);
          break;
        case METHODID_GET_METRIC_HISTORY_BULK_INTERVAL:
          serviceImpl.getMetricHistoryBulkInterval((dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse>) responseObserver);
          break;
        case METHODID_LOG_SERIES:
          serviceImpl.logSeries((dev.trackwell.v1.LogSeriesRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogSeriesResponse>) responseObserver);
          break;
        case METHODID_GET_SERIES:
          serviceImpl.getSeries((dev.trackwell.v1.GetSeriesRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetSeriesResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getLogMetricMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.LogMetricRequest,
              dev.trackwell.v1.LogMetricResponse>(
                service, METHODID_LOG_METRIC)))
        .addMethod(
          getGetMetricHistoryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.GetMetricHistoryRequest,
              dev.trackwell.v1.GetMetricHistoryResponse>(
                service, METHODID_GET_METRIC_HISTORY)))
        .addMethod(
          getGetMetricHistoryBulkMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.GetMetricHistoryBulkRequest,
              dev.trackwell.v1.GetMetricHistoryBulkResponse>(
                service, METHODID_GET_METRIC_HISTORY_BULK)))
        .addMethod(
          getGetMetricHistoryBulkIntervalMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.GetMetricHistoryBulkIntervalRequest,
              dev.trackwell.v1.GetMetricHistoryBulkIntervalResponse>(
                service, METHODID_GET_METRIC_HISTORY_BULK_INTERVAL)))
        .addMethod(
          getLogSeriesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.LogSeriesRequest,
              dev.trackwell.v1.LogSeriesResponse>(
                service, METHODID_LOG_SERIES)))
        .addMethod(
          getGetSeriesMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              dev.trackwell.v1.GetSeriesRequest,
              dev.trackwell.v1.GetSeriesResponse>(
                service, METHODID_GET_SERIES)))
        .build();
  }

  private static abstract class MetricServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    MetricServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.trackwell.v1.MetricsProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("MetricService");
    }
  }

  private static final class MetricServiceFileDescriptorSupplier
      extends MetricServiceBaseDescriptorSupplier {
    MetricServiceFileDescriptorSupplier() {}
  }

  private static final class MetricServiceMethodDescriptorSupplier
      extends MetricServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    MetricServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (MetricServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new MetricServiceFileDescriptorSupplier())
              .addMethod(getLogMetricMethod())
              .addMethod(getGetMetricHistoryMethod())
              .addMethod(getGetMetricHistoryBulkMethod())
              .addMethod(getGetMetricHistoryBulkIntervalMethod())
              .addMethod(getLogSeriesMethod())
              .addMethod(getGetSeriesMethod())
              .build();
        }
      }
    }
    return result;
  }
}
