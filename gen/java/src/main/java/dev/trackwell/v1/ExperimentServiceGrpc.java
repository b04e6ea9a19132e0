package dev.trackwell.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Creates, finds and changes experiments.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ExperimentServiceGrpc {

  private ExperimentServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "trackwell.v1.ExperimentService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.CreateExperimentRequest,
      dev.trackwell.v1.CreateExperimentResponse> getCreateExperimentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateExperiment",
      requestType = dev.trackwell.v1.CreateExperimentRequest.class,
      responseType = dev.trackwell.v1.CreateExperimentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.CreateExperimentRequest,
      dev.trackwell.v1.CreateExperimentResponse> getCreateExperimentMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.CreateExperimentRequest, dev.trackwell.v1.CreateExperimentResponse> getCreateExperimentMethod;
    if ((getCreateExperimentMethod = ExperimentServiceGrpc.getCreateExperimentMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getCreateExperimentMethod = ExperimentServiceGrpc.getCreateExperimentMethod) == null) {
          ExperimentServiceGrpc.getCreateExperimentMethod = getCreateExperimentMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.CreateExperimentRequest, dev.trackwell.v1.CreateExperimentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateExperiment"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CreateExperimentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CreateExperimentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("CreateExperiment"))
              .build();
        }
      }
    }
    return getCreateExperimentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetExperimentRequest,
      dev.trackwell.v1.GetExperimentResponse> getGetExperimentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetExperiment",
      requestType = dev.trackwell.v1.GetExperimentRequest.class,
      responseType = dev.trackwell.v1.GetExperimentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetExperimentRequest,
      dev.trackwell.v1.GetExperimentResponse> getGetExperimentMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetExperimentRequest, dev.trackwell.v1.GetExperimentResponse> getGetExperimentMethod;
    if ((getGetExperimentMethod = ExperimentServiceGrpc.getGetExperimentMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getGetExperimentMethod = ExperimentServiceGrpc.getGetExperimentMethod) == null) {
          ExperimentServiceGrpc.getGetExperimentMethod = getGetExperimentMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetExperimentRequest, dev.trackwell.v1.GetExperimentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetExperiment"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetExperimentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetExperimentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("GetExperiment"))
              .build();
        }
      }
    }
    return getGetExperimentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetExperimentByNameRequest,
      dev.trackwell.v1.GetExperimentByNameResponse> getGetExperimentByNameMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetExperimentByName",
      requestType = dev.trackwell.v1.GetExperimentByNameRequest.class,
      responseType = dev.trackwell.v1.GetExperimentByNameResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetExperimentByNameRequest,
      dev.trackwell.v1.GetExperimentByNameResponse> getGetExperimentByNameMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetExperimentByNameRequest, dev.trackwell.v1.GetExperimentByNameResponse> getGetExperimentByNameMethod;
    if ((getGetExperimentByNameMethod = ExperimentServiceGrpc.getGetExperimentByNameMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getGetExperimentByNameMethod = ExperimentServiceGrpc.getGetExperimentByNameMethod) == null) {
          ExperimentServiceGrpc.getGetExperimentByNameMethod = getGetExperimentByNameMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetExperimentByNameRequest, dev.trackwell.v1.GetExperimentByNameResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetExperimentByName"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetExperimentByNameRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetExperimentByNameResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("GetExperimentByName"))
              .build();
        }
      }
    }
    return getGetExperimentByNameMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.SearchExperimentsRequest,
      dev.trackwell.v1.SearchExperimentsResponse> getSearchExperimentsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SearchExperiments",
      requestType = dev.trackwell.v1.SearchExperimentsRequest.class,
      responseType = dev.trackwell.v1.SearchExperimentsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.SearchExperimentsRequest,
      dev.trackwell.v1.SearchExperimentsResponse> getSearchExperimentsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.SearchExperimentsRequest, dev.trackwell.v1.SearchExperimentsResponse> getSearchExperimentsMethod;
    if ((getSearchExperimentsMethod = ExperimentServiceGrpc.getSearchExperimentsMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getSearchExperimentsMethod = ExperimentServiceGrpc.getSearchExperimentsMethod) == null) {
          ExperimentServiceGrpc.getSearchExperimentsMethod = getSearchExperimentsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.SearchExperimentsRequest, dev.trackwell.v1.SearchExperimentsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SearchExperiments"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SearchExperimentsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SearchExperimentsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("SearchExperiments"))
              .build();
        }
      }
    }
    return getSearchExperimentsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.ListExperimentsRequest,
      dev.trackwell.v1.ListExperimentsResponse> getListExperimentsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListExperiments",
      requestType = dev.trackwell.v1.ListExperimentsRequest.class,
      responseType = dev.trackwell.v1.ListExperimentsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.ListExperimentsRequest,
      dev.trackwell.v1.ListExperimentsResponse> getListExperimentsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.ListExperimentsRequest, dev.trackwell.v1.ListExperimentsResponse> getListExperimentsMethod;
    if ((getListExperimentsMethod = ExperimentServiceGrpc.getListExperimentsMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getListExperimentsMethod = ExperimentServiceGrpc.getListExperimentsMethod) == null) {
          ExperimentServiceGrpc.getListExperimentsMethod = getListExperimentsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.ListExperimentsRequest, dev.trackwell.v1.ListExperimentsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListExperiments"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.ListExperimentsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.ListExperimentsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("ListExperiments"))
              .build();
        }
      }
    }
    return getListExperimentsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.UpdateExperimentRequest,
      dev.trackwell.v1.UpdateExperimentResponse> getUpdateExperimentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateExperiment",
      requestType = dev.trackwell.v1.UpdateExperimentRequest.class,
      responseType = dev.trackwell.v1.UpdateExperimentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.UpdateExperimentRequest,
      dev.trackwell.v1.UpdateExperimentResponse> getUpdateExperimentMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.UpdateExperimentRequest, dev.trackwell.v1.UpdateExperimentResponse> getUpdateExperimentMethod;
    if ((getUpdateExperimentMethod = ExperimentServiceGrpc.getUpdateExperimentMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getUpdateExperimentMethod = ExperimentServiceGrpc.getUpdateExperimentMethod) == null) {
          ExperimentServiceGrpc.getUpdateExperimentMethod = getUpdateExperimentMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.UpdateExperimentRequest, dev.trackwell.v1.UpdateExperimentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateExperiment"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.UpdateExperimentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.UpdateExperimentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("UpdateExperiment"))
              .build();
        }
      }
    }
    return getUpdateExperimentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteExperimentRequest,
      dev.trackwell.v1.DeleteExperimentResponse> getDeleteExperimentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteExperiment",
      requestType = dev.trackwell.v1.DeleteExperimentRequest.class,
      responseType = dev.trackwell.v1.DeleteExperimentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteExperimentRequest,
      dev.trackwell.v1.DeleteExperimentResponse> getDeleteExperimentMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteExperimentRequest, dev.trackwell.v1.DeleteExperimentResponse> getDeleteExperimentMethod;
    if ((getDeleteExperimentMethod = ExperimentServiceGrpc.getDeleteExperimentMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getDeleteExperimentMethod = ExperimentServiceGrpc.getDeleteExperimentMethod) == null) {
          ExperimentServiceGrpc.getDeleteExperimentMethod = getDeleteExperimentMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.DeleteExperimentRequest, dev.trackwell.v1.DeleteExperimentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteExperiment"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteExperimentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteExperimentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("DeleteExperiment"))
              .build();
        }
      }
    }
    return getDeleteExperimentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.RestoreExperimentRequest,
      dev.trackwell.v1.RestoreExperimentResponse> getRestoreExperimentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RestoreExperiment",
      requestType = dev.trackwell.v1.RestoreExperimentRequest.class,
      responseType = dev.trackwell.v1.RestoreExperimentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.RestoreExperimentRequest,
      dev.trackwell.v1.RestoreExperimentResponse> getRestoreExperimentMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.RestoreExperimentRequest, dev.trackwell.v1.RestoreExperimentResponse> getRestoreExperimentMethod;
    if ((getRestoreExperimentMethod = ExperimentServiceGrpc.getRestoreExperimentMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getRestoreExperimentMethod = ExperimentServiceGrpc.getRestoreExperimentMethod) == null) {
          ExperimentServiceGrpc.getRestoreExperimentMethod = getRestoreExperimentMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.RestoreExperimentRequest, dev.trackwell.v1.RestoreExperimentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RestoreExperiment"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.RestoreExperimentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.RestoreExperimentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("RestoreExperiment"))
              .build();
        }
      }
    }
    return getRestoreExperimentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.SetExperimentTagRequest,
      dev.trackwell.v1.SetExperimentTagResponse> getSetExperimentTagMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SetExperimentTag",
      requestType = dev.trackwell.v1.SetExperimentTagRequest.class,
      responseType = dev.trackwell.v1.SetExperimentTagResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.SetExperimentTagRequest,
      dev.trackwell.v1.SetExperimentTagResponse> getSetExperimentTagMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.SetExperimentTagRequest, dev.trackwell.v1.SetExperimentTagResponse> getSetExperimentTagMethod;
    if ((getSetExperimentTagMethod = ExperimentServiceGrpc.getSetExperimentTagMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getSetExperimentTagMethod = ExperimentServiceGrpc.getSetExperimentTagMethod) == null) {
          ExperimentServiceGrpc.getSetExperimentTagMethod = getSetExperimentTagMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.SetExperimentTagRequest, dev.trackwell.v1.SetExperimentTagResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SetExperimentTag"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SetExperimentTagRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SetExperimentTagResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("SetExperimentTag"))
              .build();
        }
      }
    }
    return getSetExperimentTagMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteExperimentTagRequest,
      dev.trackwell.v1.DeleteExperimentTagResponse> getDeleteExperimentTagMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteExperimentTag",
      requestType = dev.trackwell.v1.DeleteExperimentTagRequest.class,
      responseType = dev.trackwell.v1.DeleteExperimentTagResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteExperimentTagRequest,
      dev.trackwell.v1.DeleteExperimentTagResponse> getDeleteExperimentTagMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteExperimentTagRequest, dev.trackwell.v1.DeleteExperimentTagResponse> getDeleteExperimentTagMethod;
    if ((getDeleteExperimentTagMethod = ExperimentServiceGrpc.getDeleteExperimentTagMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getDeleteExperimentTagMethod = ExperimentServiceGrpc.getDeleteExperimentTagMethod) == null) {
          ExperimentServiceGrpc.getDeleteExperimentTagMethod = getDeleteExperimentTagMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.DeleteExperimentTagRequest, dev.trackwell.v1.DeleteExperimentTagResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteExperimentTag"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteExperimentTagRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteExperimentTagResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("DeleteExperimentTag"))
              .build();
        }
      }
    }
    return getDeleteExperimentTagMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.SearchDatasetsRequest,
      dev.trackwell.v1.SearchDatasetsResponse> getSearchDatasetsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SearchDatasets",
      requestType = dev.trackwell.v1.SearchDatasetsRequest.class,
      responseType = dev.trackwell.v1.SearchDatasetsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.SearchDatasetsRequest,
      dev.trackwell.v1.SearchDatasetsResponse> getSearchDatasetsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.SearchDatasetsRequest, dev.trackwell.v1.SearchDatasetsResponse> getSearchDatasetsMethod;
    if ((getSearchDatasetsMethod = ExperimentServiceGrpc.getSearchDatasetsMethod) == null) {
      synchronized (ExperimentServiceGrpc.class) {
        if ((getSearchDatasetsMethod = ExperimentServiceGrpc.getSearchDatasetsMethod) == null) {
          ExperimentServiceGrpc.getSearchDatasetsMethod = getSearchDatasetsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.SearchDatasetsRequest, dev.trackwell.v1.SearchDatasetsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SearchDatasets"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SearchDatasetsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SearchDatasetsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ExperimentServiceMethodDescriptorSupplier("SearchDatasets"))
              .build();
        }
      }
    }
    return getSearchDatasetsMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ExperimentServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceStub>() {
        @java.lang.Override
        public ExperimentServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ExperimentServiceStub(channel, callOptions);
        }
      };
    return ExperimentServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ExperimentServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceBlockingV2Stub>() {
        @java.lang.Override
        public ExperimentServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ExperimentServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ExperimentServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ExperimentServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceBlockingStub>() {
        @java.lang.Override
        public ExperimentServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ExperimentServiceBlockingStub(channel, callOptions);
        }
      };
    return ExperimentServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ExperimentServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ExperimentServiceFutureStub>() {
        @java.lang.Override
        public ExperimentServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ExperimentServiceFutureStub(channel, callOptions);
        }
      };
    return ExperimentServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Creates, finds and changes experiments.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Creates an experiment and returns its id. A name in use, also by a deleted experiment, is
     * RESOURCE_ALREADY_EXISTS. Safe to retry with a request id (x-request-id), which counts together
     * with the request: for an hour the same request under the same id gets the first answer again,
     * and a different request under that id is carried out.
     * </pre>
     */
    default void createExperiment(dev.trackwell.v1.CreateExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateExperimentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateExperimentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns one experiment, also a deleted one.
     * </pre>
     */
    default void getExperiment(dev.trackwell.v1.GetExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetExperimentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetExperimentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns the experiment of that exact name, also a deleted one.
     * </pre>
     */
    default void getExperimentByName(dev.trackwell.v1.GetExperimentByNameRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetExperimentByNameResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetExperimentByNameMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a page of the experiments that match a filter.
     * </pre>
     */
    default void searchExperiments(dev.trackwell.v1.SearchExperimentsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchExperimentsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSearchExperimentsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a page of experiments by view; the 1.x form of SearchExperiments.
     * </pre>
     */
    default void listExperiments(dev.trackwell.v1.ListExperimentsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.ListExperimentsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListExperimentsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Renames an active experiment.
     * </pre>
     */
    default void updateExperiment(dev.trackwell.v1.UpdateExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.UpdateExperimentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateExperimentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Marks an active experiment, and with it every run in it, as deleted.
     * </pre>
     */
    default void deleteExperiment(dev.trackwell.v1.DeleteExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteExperimentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteExperimentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Makes a deleted experiment, and with it every run in it, active again.
     * </pre>
     */
    default void restoreExperiment(dev.trackwell.v1.RestoreExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.RestoreExperimentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRestoreExperimentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Sets one tag of an active experiment; the last value wins.
     * </pre>
     */
    default void setExperimentTag(dev.trackwell.v1.SetExperimentTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SetExperimentTagResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSetExperimentTagMethod(), responseObserver);
    }

    /**
     * <pre>
     * Removes one tag of an active experiment; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    default void deleteExperimentTag(dev.trackwell.v1.DeleteExperimentTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteExperimentTagResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteExperimentTagMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns the distinct datasets that runs of the given experiments logged, 1000 at the most.
     * </pre>
     */
    default void searchDatasets(dev.trackwell.v1.SearchDatasetsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchDatasetsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSearchDatasetsMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ExperimentService.
   * <pre>
   * Creates, finds and changes experiments.
   * </pre>
   */
  public static abstract class ExperimentServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ExperimentServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ExperimentService.
   * <pre>
   * Creates, finds and changes experiments.
   * </pre>
   */
  public static final class ExperimentServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ExperimentServiceStub> {
    private ExperimentServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ExperimentServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ExperimentServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an experiment and returns its id. A name in use, also by a deleted experiment, is
     * RESOURCE_ALREADY_EXISTS. Safe to retry with a request id (x-request-id), which counts together
     * with the request: for an hour the same request under the same id gets the first answer again,
     * and a different request under that id is carried out.
     * </pre>
     */
    public void createExperiment(dev.trackwell.v1.CreateExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateExperimentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateExperimentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns one experiment, also a deleted one.
     * </pre>
     */
    public void getExperiment(dev.trackwell.v1.GetExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetExperimentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetExperimentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns the experiment of that exact name, also a deleted one.
     * </pre>
     */
    public void getExperimentByName(dev.trackwell.v1.GetExperimentByNameRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetExperimentByNameResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetExperimentByNameMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a page of the experiments that match a filter.
     * </pre>
     */
    public void searchExperiments(dev.trackwell.v1.SearchExperimentsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchExperimentsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSearchExperimentsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a page of experiments by view; the 1.x form of SearchExperiments.
     * </pre>
     */
    public void listExperiments(dev.trackwell.v1.ListExperimentsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.ListExperimentsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListExperimentsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Renames an active experiment.
     * </pre>
     */
    public void updateExperiment(dev.trackwell.v1.UpdateExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.UpdateExperimentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateExperimentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Marks an active experiment, and with it every run in it, as deleted.
     * </pre>
     */
    public void deleteExperiment(dev.trackwell.v1.DeleteExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteExperimentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteExperimentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Makes a deleted experiment, and with it every run in it, active again.
     * </pre>
     */
    public void restoreExperiment(dev.trackwell.v1.RestoreExperimentRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.RestoreExperimentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRestoreExperimentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Sets one tag of an active experiment; the last value wins.
     * </pre>
     */
    public void setExperimentTag(dev.trackwell.v1.SetExperimentTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SetExperimentTagResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSetExperimentTagMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Removes one tag of an active experiment; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public void deleteExperimentTag(dev.trackwell.v1.DeleteExperimentTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteExperimentTagResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteExperimentTagMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns the distinct datasets that runs of the given experiments logged, 1000 at the most.
     * </pre>
     */
    public void searchDatasets(dev.trackwell.v1.SearchDatasetsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchDatasetsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSearchDatasetsMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ExperimentService.
   * <pre>
   * Creates, finds and changes experiments.
   * </pre>
   */
  public static final class ExperimentServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ExperimentServiceBlockingV2Stub> {
    private ExperimentServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ExperimentServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ExperimentServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an experiment and returns its id. A name in use, also by a deleted experiment, is
     * RESOURCE_ALREADY_EXISTS. Safe to retry with a request id (x-request-id), which counts together
     * with the request: for an hour the same request under the same id gets the first answer again,
     * and a different request under that id is carried out.
     * </pre>
     */
    public dev.trackwell.v1.CreateExperimentResponse createExperiment(dev.trackwell.v1.CreateExperimentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one experiment, also a deleted one.
     * </pre>
     */
    public dev.trackwell.v1.GetExperimentResponse getExperiment(dev.trackwell.v1.GetExperimentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the experiment of that exact name, also a deleted one.
     * </pre>
     */
    public dev.trackwell.v1.GetExperimentByNameResponse getExperimentByName(dev.trackwell.v1.GetExperimentByNameRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetExperimentByNameMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of the experiments that match a filter.
     * </pre>
     */
    public dev.trackwell.v1.SearchExperimentsResponse searchExperiments(dev.trackwell.v1.SearchExperimentsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSearchExperimentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of experiments by view; the 1.x form of SearchExperiments.
     * </pre>
     */
    public dev.trackwell.v1.ListExperimentsResponse listExperiments(dev.trackwell.v1.ListExperimentsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListExperimentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Renames an active experiment.
     * </pre>
     */
    public dev.trackwell.v1.UpdateExperimentResponse updateExperiment(dev.trackwell.v1.UpdateExperimentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Marks an active experiment, and with it every run in it, as deleted.
     * </pre>
     */
    public dev.trackwell.v1.DeleteExperimentResponse deleteExperiment(dev.trackwell.v1.DeleteExperimentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a deleted experiment, and with it every run in it, active again.
     * </pre>
     */
    public dev.trackwell.v1.RestoreExperimentResponse restoreExperiment(dev.trackwell.v1.RestoreExperimentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRestoreExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sets one tag of an active experiment; the last value wins.
     * </pre>
     */
    public dev.trackwell.v1.SetExperimentTagResponse setExperimentTag(dev.trackwell.v1.SetExperimentTagRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSetExperimentTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Removes one tag of an active experiment; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public dev.trackwell.v1.DeleteExperimentTagResponse deleteExperimentTag(dev.trackwell.v1.DeleteExperimentTagRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteExperimentTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the distinct datasets that runs of the given experiments logged, 1000 at the most.
     * </pre>
     */
    public dev.trackwell.v1.SearchDatasetsResponse searchDatasets(dev.trackwell.v1.SearchDatasetsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSearchDatasetsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ExperimentService.
   * <pre>
   * Creates, finds and changes experiments.
   * </pre>
   */
  public static final class ExperimentServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ExperimentServiceBlockingStub> {
    private ExperimentServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ExperimentServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ExperimentServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an experiment and returns its id. A name in use, also by a deleted experiment, is
     * RESOURCE_ALREADY_EXISTS. Safe to retry with a request id (x-request-id), which counts together
     * with the request: for an hour the same request under the same id gets the first answer again,
     * and a different request under that id is carried out.
     * </pre>
     */
    public dev.trackwell.v1.CreateExperimentResponse createExperiment(dev.trackwell.v1.CreateExperimentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one experiment, also a deleted one.
     * </pre>
     */
    public dev.trackwell.v1.GetExperimentResponse getExperiment(dev.trackwell.v1.GetExperimentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the experiment of that exact name, also a deleted one.
     * </pre>
     */
    public dev.trackwell.v1.GetExperimentByNameResponse getExperimentByName(dev.trackwell.v1.GetExperimentByNameRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetExperimentByNameMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of the experiments that match a filter.
     * </pre>
     */
    public dev.trackwell.v1.SearchExperimentsResponse searchExperiments(dev.trackwell.v1.SearchExperimentsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSearchExperimentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of experiments by view; the 1.x form of SearchExperiments.
     * </pre>
     */
    public dev.trackwell.v1.ListExperimentsResponse listExperiments(dev.trackwell.v1.ListExperimentsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListExperimentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Renames an active experiment.
     * </pre>
     */
    public dev.trackwell.v1.UpdateExperimentResponse updateExperiment(dev.trackwell.v1.UpdateExperimentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Marks an active experiment, and with it every run in it, as deleted.
     * </pre>
     */
    public dev.trackwell.v1.DeleteExperimentResponse deleteExperiment(dev.trackwell.v1.DeleteExperimentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a deleted experiment, and with it every run in it, active again.
     * </pre>
     */
    public dev.trackwell.v1.RestoreExperimentResponse restoreExperiment(dev.trackwell.v1.RestoreExperimentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRestoreExperimentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sets one tag of an active experiment; the last value wins.
     * </pre>
     */
    public dev.trackwell.v1.SetExperimentTagResponse setExperimentTag(dev.trackwell.v1.SetExperimentTagRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSetExperimentTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Removes one tag of an active experiment; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public dev.trackwell.v1.DeleteExperimentTagResponse deleteExperimentTag(dev.trackwell.v1.DeleteExperimentTagRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteExperimentTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the distinct datasets that runs of the given experiments logged, 1000 at the most.
     * </pre>
     */
    public dev.trackwell.v1.SearchDatasetsResponse searchDatasets(dev.trackwell.v1.SearchDatasetsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSearchDatasetsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ExperimentService.
   * <pre>
   * Creates, finds and changes experiments.
   * </pre>
   */
  public static final class ExperimentServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ExperimentServiceFutureStub> {
    private ExperimentServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ExperimentServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ExperimentServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an experiment and returns its id. A name in use, also by a deleted experiment, is
     * RESOURCE_ALREADY_EXISTS. Safe to retry with a request id (x-request-id), which counts together
     * with the request: for an hour the same request under the same id gets the first answer again,
     * and a different request under that id is carried out.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.CreateExperimentResponse> createExperiment(
        dev.trackwell.v1.CreateExperimentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateExperimentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns one experiment, also a deleted one.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.GetExperimentResponse> getExperiment(
        dev.trackwell.v1.GetExperimentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetExperimentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns the experiment of that exact name, also a deleted one.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.GetExperimentByNameResponse> getExperimentByName(
        dev.trackwell.v1.GetExperimentByNameRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetExperimentByNameMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a page of the experiments that match a filter.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.SearchExperimentsResponse> searchExperiments(
        dev.trackwell.v1.SearchExperimentsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSearchExperimentsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a page of experiments by view; the 1.x form of SearchExperiments.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.ListExperimentsResponse> listExperiments(
        dev.trackwell.v1.ListExperimentsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListExperimentsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Renames an active experiment.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.UpdateExperimentResponse> updateExperiment(
        dev.trackwell.v1.UpdateExperimentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateExperimentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Marks an active experiment, and with it every run in it, as deleted.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.DeleteExperimentResponse> deleteExperiment(
        dev.trackwell.v1.DeleteExperimentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteExperimentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Makes a deleted experiment, and with it every run in it, active again.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.RestoreExperimentResponse> restoreExperiment(
        dev.trackwell.v1.RestoreExperimentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRestoreExperimentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Sets one tag of an active experiment; the last value wins.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.SetExperimentTagResponse> setExperimentTag(
        dev.trackwell.v1.SetExperimentTagRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSetExperimentTagMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Removes one tag of an active experiment; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.DeleteExperimentTagResponse> deleteExperimentTag(
        dev.trackwell.v1.DeleteExperimentTagRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteExperimentTagMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns the distinct datasets that runs of the given experiments logged, 1000 at the most.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.SearchDatasetsResponse> searchDatasets(
        dev.trackwell.v1.SearchDatasetsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSearchDatasetsMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_EXPERIMENT = 0;
  private static final int METHODID_GET_EXPERIMENT = 1;
  private static final int METHODID_GET_EXPERIMENT_BY_NAME = 2;
  private static final int METHODID_SEARCH_EXPERIMENTS = 3;
  private static final int METHODID_LIST_EXPERIMENTS = 4;
  private static final int METHODID_UPDATE_EXPERIMENT = 5;
  private static final int METHODID_DELETE_EXPERIMENT = 6;
  private static final int METHODID_RESTORE_EXPERIMENT = 7;
  private static final int METHODID_SET_EXPERIMENT_TAG = 8;
  private static final int METHODID_DELETE_EXPERIMENT_TAG = 9;
  private static final int METHODID_SEARCH_DATASETS = 10;

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
        case METHODID_CREATE_EXPERIMENT:
          serviceImpl.createExperiment((dev.trackwell.v1.CreateExperimentRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateExperimentResponse>) responseObserver);
          break;
        case METHODID_GET_EXPERIMENT:
          serviceImpl.getExperiment((dev.trackwell.v1.GetExperimentRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetExperimentResponse>) responseObserver);
          break;
        case METHODID_GET_EXPERIMENT_BY_NAME:
          serviceImpl.getExperimentByName((dev.trackwell.v1.GetExperimentByNameRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetExperimentByNameResponse>) responseObserver);
          break;
        case METHODID_SEARCH_EXPERIMENTS:
          serviceImpl.searchExperiments((dev.trackwell.v1.SearchExperimentsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchExperimentsResponse>) responseObserver);
          break;
        case METHODID_LIST_EXPERIMENTS:
          serviceImpl.listExperiments((dev.trackwell.v1.ListExperimentsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.ListExperimentsResponse>) responseObserver);
          break;
        case METHODID_UPDATE_EXPERIMENT:
          serviceImpl.updateExperiment((dev.trackwell.v1.UpdateExperimentRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.UpdateExperimentResponse>) responseObserver);
          break;
        case METHODID_DELETE_EXPERIMENT:
          serviceImpl.deleteExperiment((dev.trackwell.v1.DeleteExperimentRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteExperimentResponse>) responseObserver);
          break;
        case METHODID_RESTORE_EXPERIMENT:
          serviceImpl.restoreExperiment((dev.trackwell.v1.RestoreExperimentRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.RestoreExperimentResponse>) responseObserver);
          break;
        case METHODID_SET_EXPERIMENT_TAG:
          serviceImpl.setExperimentTag((dev.trackwell.v1.SetExperimentTagRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.SetExperimentTagResponse>) responseObserver);
          break;
        case METHODID_DELETE_EXPERIMENT_TAG:
          serviceImpl.deleteExperimentTag((dev.trackwell.v1.DeleteExperimentTagRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteExperimentTagResponse>) responseObserver);
          break;
        case METHODID_SEARCH_DATASETS:
          serviceImpl.searchDatasets((dev.trackwell.v1.SearchDatasetsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchDatasetsResponse>) responseObserver);
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
          getCreateExperimentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.CreateExperimentRequest,
              dev.trackwell.v1.CreateExperimentResponse>(
                service, METHODID_CREATE_EXPERIMENT)))
        .addMethod(
          getGetExperimentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.GetExperimentRequest,
              dev.trackwell.v1.GetExperimentResponse>(
                service, METHODID_GET_EXPERIMENT)))
        .addMethod(
          getGetExperimentByNameMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.GetExperimentByNameRequest,
              dev.trackwell.v1.GetExperimentByNameResponse>(
                service, METHODID_GET_EXPERIMENT_BY_NAME)))
        .addMethod(
          getSearchExperimentsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.SearchExperimentsRequest,
              dev.trackwell.v1.SearchExperimentsResponse>(
                service, METHODID_SEARCH_EXPERIMENTS)))
        .addMethod(
          getListExperimentsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.ListExperimentsRequest,
              dev.trackwell.v1.ListExperimentsResponse>(
                service, METHODID_LIST_EXPERIMENTS)))
        .addMethod(
          getUpdateExperimentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.UpdateExperimentRequest,
              dev.trackwell.v1.UpdateExperimentResponse>(
                service, METHODID_UPDATE_EXPERIMENT)))
        .addMethod(
          getDeleteExperimentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.DeleteExperimentRequest,
              dev.trackwell.v1.DeleteExperimentResponse>(
                service, METHODID_DELETE_EXPERIMENT)))
        .addMethod(
          getRestoreExperimentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.RestoreExperimentRequest,
              dev.trackwell.v1.RestoreExperimentResponse>(
                service, METHODID_RESTORE_EXPERIMENT)))
        .addMethod(
          getSetExperimentTagMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.SetExperimentTagRequest,
              dev.trackwell.v1.SetExperimentTagResponse>(
                service, METHODID_SET_EXPERIMENT_TAG)))
        .addMethod(
          getDeleteExperimentTagMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.DeleteExperimentTagRequest,
              dev.trackwell.v1.DeleteExperimentTagResponse>(
                service, METHODID_DELETE_EXPERIMENT_TAG)))
        .addMethod(
          getSearchDatasetsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.SearchDatasetsRequest,
              dev.trackwell.v1.SearchDatasetsResponse>(
                service, METHODID_SEARCH_DATASETS)))
        .build();
  }

  private static abstract class ExperimentServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ExperimentServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.trackwell.v1.ExperimentsProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ExperimentService");
    }
  }

  private static final class ExperimentServiceFileDescriptorSupplier
      extends ExperimentServiceBaseDescriptorSupplier {
    ExperimentServiceFileDescriptorSupplier() {}
  }

  private static final class ExperimentServiceMethodDescriptorSupplier
      extends ExperimentServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ExperimentServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ExperimentServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ExperimentServiceFileDescriptorSupplier())
              .addMethod(getCreateExperimentMethod())
              .addMethod(getGetExperimentMethod())
              .addMethod(getGetExperimentByNameMethod())
              .addMethod(getSearchExperimentsMethod())
              .addMethod(getListExperimentsMethod())
              .addMethod(getUpdateExperimentMethod())
              .addMethod(getDeleteExperimentMethod())
              .addMethod(getRestoreExperimentMethod())
              .addMethod(getSetExperimentTagMethod())
              .addMethod(getDeleteExperimentTagMethod())
              .addMethod(getSearchDatasetsMethod())
              .build();
        }
      }
    }
    return result;
  }
}
