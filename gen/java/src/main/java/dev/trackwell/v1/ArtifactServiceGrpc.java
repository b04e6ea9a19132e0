package dev.trackwell.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Lists, uploads, downloads and deletes artifacts.
 * A path is relative, `/`-separated, without `.`, `..` and empty segments. It is below the server's
 * artifact root, or, where a request names a run, below that run's artifact folder.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ArtifactServiceGrpc {

  private ArtifactServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "trackwell.v1.ArtifactService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.ListArtifactsRequest,
      dev.trackwell.v1.ListArtifactsResponse> getListArtifactsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListArtifacts",
      requestType = dev.trackwell.v1.ListArtifactsRequest.class,
      responseType = dev.trackwell.v1.ListArtifactsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.ListArtifactsRequest,
      dev.trackwell.v1.ListArtifactsResponse> getListArtifactsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.ListArtifactsRequest, dev.trackwell.v1.ListArtifactsResponse> getListArtifactsMethod;
    if ((getListArtifactsMethod = ArtifactServiceGrpc.getListArtifactsMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getListArtifactsMethod = ArtifactServiceGrpc.getListArtifactsMethod) == null) {
          ArtifactServiceGrpc.getListArtifactsMethod = getListArtifactsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.ListArtifactsRequest, dev.trackwell.v1.ListArtifactsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListArtifacts"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.ListArtifactsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.ListArtifactsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("ListArtifacts"))
              .build();
        }
      }
    }
    return getListArtifactsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.ListProxiedArtifactsRequest,
      dev.trackwell.v1.ListProxiedArtifactsResponse> getListProxiedArtifactsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListProxiedArtifacts",
      requestType = dev.trackwell.v1.ListProxiedArtifactsRequest.class,
      responseType = dev.trackwell.v1.ListProxiedArtifactsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.ListProxiedArtifactsRequest,
      dev.trackwell.v1.ListProxiedArtifactsResponse> getListProxiedArtifactsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.ListProxiedArtifactsRequest, dev.trackwell.v1.ListProxiedArtifactsResponse> getListProxiedArtifactsMethod;
    if ((getListProxiedArtifactsMethod = ArtifactServiceGrpc.getListProxiedArtifactsMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getListProxiedArtifactsMethod = ArtifactServiceGrpc.getListProxiedArtifactsMethod) == null) {
          ArtifactServiceGrpc.getListProxiedArtifactsMethod = getListProxiedArtifactsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.ListProxiedArtifactsRequest, dev.trackwell.v1.ListProxiedArtifactsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListProxiedArtifacts"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.ListProxiedArtifactsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.ListProxiedArtifactsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("ListProxiedArtifacts"))
              .build();
        }
      }
    }
    return getListProxiedArtifactsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.DownloadArtifactRequest,
      dev.trackwell.v1.DownloadArtifactResponse> getDownloadArtifactMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DownloadArtifact",
      requestType = dev.trackwell.v1.DownloadArtifactRequest.class,
      responseType = dev.trackwell.v1.DownloadArtifactResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.DownloadArtifactRequest,
      dev.trackwell.v1.DownloadArtifactResponse> getDownloadArtifactMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.DownloadArtifactRequest, dev.trackwell.v1.DownloadArtifactResponse> getDownloadArtifactMethod;
    if ((getDownloadArtifactMethod = ArtifactServiceGrpc.getDownloadArtifactMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getDownloadArtifactMethod = ArtifactServiceGrpc.getDownloadArtifactMethod) == null) {
          ArtifactServiceGrpc.getDownloadArtifactMethod = getDownloadArtifactMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.DownloadArtifactRequest, dev.trackwell.v1.DownloadArtifactResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DownloadArtifact"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DownloadArtifactRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DownloadArtifactResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("DownloadArtifact"))
              .build();
        }
      }
    }
    return getDownloadArtifactMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.UploadArtifactRequest,
      dev.trackwell.v1.UploadArtifactResponse> getUploadArtifactMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UploadArtifact",
      requestType = dev.trackwell.v1.UploadArtifactRequest.class,
      responseType = dev.trackwell.v1.UploadArtifactResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.UploadArtifactRequest,
      dev.trackwell.v1.UploadArtifactResponse> getUploadArtifactMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.UploadArtifactRequest, dev.trackwell.v1.UploadArtifactResponse> getUploadArtifactMethod;
    if ((getUploadArtifactMethod = ArtifactServiceGrpc.getUploadArtifactMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getUploadArtifactMethod = ArtifactServiceGrpc.getUploadArtifactMethod) == null) {
          ArtifactServiceGrpc.getUploadArtifactMethod = getUploadArtifactMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.UploadArtifactRequest, dev.trackwell.v1.UploadArtifactResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UploadArtifact"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.UploadArtifactRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.UploadArtifactResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("UploadArtifact"))
              .build();
        }
      }
    }
    return getUploadArtifactMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.DownloadArtifactsRequest,
      dev.trackwell.v1.DownloadArtifactsResponse> getDownloadArtifactsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DownloadArtifacts",
      requestType = dev.trackwell.v1.DownloadArtifactsRequest.class,
      responseType = dev.trackwell.v1.DownloadArtifactsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.DownloadArtifactsRequest,
      dev.trackwell.v1.DownloadArtifactsResponse> getDownloadArtifactsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.DownloadArtifactsRequest, dev.trackwell.v1.DownloadArtifactsResponse> getDownloadArtifactsMethod;
    if ((getDownloadArtifactsMethod = ArtifactServiceGrpc.getDownloadArtifactsMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getDownloadArtifactsMethod = ArtifactServiceGrpc.getDownloadArtifactsMethod) == null) {
          ArtifactServiceGrpc.getDownloadArtifactsMethod = getDownloadArtifactsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.DownloadArtifactsRequest, dev.trackwell.v1.DownloadArtifactsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DownloadArtifacts"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DownloadArtifactsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DownloadArtifactsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("DownloadArtifacts"))
              .build();
        }
      }
    }
    return getDownloadArtifactsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteArtifactRequest,
      dev.trackwell.v1.DeleteArtifactResponse> getDeleteArtifactMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteArtifact",
      requestType = dev.trackwell.v1.DeleteArtifactRequest.class,
      responseType = dev.trackwell.v1.DeleteArtifactResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteArtifactRequest,
      dev.trackwell.v1.DeleteArtifactResponse> getDeleteArtifactMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteArtifactRequest, dev.trackwell.v1.DeleteArtifactResponse> getDeleteArtifactMethod;
    if ((getDeleteArtifactMethod = ArtifactServiceGrpc.getDeleteArtifactMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getDeleteArtifactMethod = ArtifactServiceGrpc.getDeleteArtifactMethod) == null) {
          ArtifactServiceGrpc.getDeleteArtifactMethod = getDeleteArtifactMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.DeleteArtifactRequest, dev.trackwell.v1.DeleteArtifactResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteArtifact"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteArtifactRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteArtifactResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("DeleteArtifact"))
              .build();
        }
      }
    }
    return getDeleteArtifactMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.CreateMultipartUploadRequest,
      dev.trackwell.v1.CreateMultipartUploadResponse> getCreateMultipartUploadMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateMultipartUpload",
      requestType = dev.trackwell.v1.CreateMultipartUploadRequest.class,
      responseType = dev.trackwell.v1.CreateMultipartUploadResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.CreateMultipartUploadRequest,
      dev.trackwell.v1.CreateMultipartUploadResponse> getCreateMultipartUploadMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.CreateMultipartUploadRequest, dev.trackwell.v1.CreateMultipartUploadResponse> getCreateMultipartUploadMethod;
    if ((getCreateMultipartUploadMethod = ArtifactServiceGrpc.getCreateMultipartUploadMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getCreateMultipartUploadMethod = ArtifactServiceGrpc.getCreateMultipartUploadMethod) == null) {
          ArtifactServiceGrpc.getCreateMultipartUploadMethod = getCreateMultipartUploadMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.CreateMultipartUploadRequest, dev.trackwell.v1.CreateMultipartUploadResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateMultipartUpload"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CreateMultipartUploadRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CreateMultipartUploadResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("CreateMultipartUpload"))
              .build();
        }
      }
    }
    return getCreateMultipartUploadMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.CompleteMultipartUploadRequest,
      dev.trackwell.v1.CompleteMultipartUploadResponse> getCompleteMultipartUploadMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CompleteMultipartUpload",
      requestType = dev.trackwell.v1.CompleteMultipartUploadRequest.class,
      responseType = dev.trackwell.v1.CompleteMultipartUploadResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.CompleteMultipartUploadRequest,
      dev.trackwell.v1.CompleteMultipartUploadResponse> getCompleteMultipartUploadMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.CompleteMultipartUploadRequest, dev.trackwell.v1.CompleteMultipartUploadResponse> getCompleteMultipartUploadMethod;
    if ((getCompleteMultipartUploadMethod = ArtifactServiceGrpc.getCompleteMultipartUploadMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getCompleteMultipartUploadMethod = ArtifactServiceGrpc.getCompleteMultipartUploadMethod) == null) {
          ArtifactServiceGrpc.getCompleteMultipartUploadMethod = getCompleteMultipartUploadMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.CompleteMultipartUploadRequest, dev.trackwell.v1.CompleteMultipartUploadResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CompleteMultipartUpload"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CompleteMultipartUploadRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CompleteMultipartUploadResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("CompleteMultipartUpload"))
              .build();
        }
      }
    }
    return getCompleteMultipartUploadMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.AbortMultipartUploadRequest,
      dev.trackwell.v1.AbortMultipartUploadResponse> getAbortMultipartUploadMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AbortMultipartUpload",
      requestType = dev.trackwell.v1.AbortMultipartUploadRequest.class,
      responseType = dev.trackwell.v1.AbortMultipartUploadResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.AbortMultipartUploadRequest,
      dev.trackwell.v1.AbortMultipartUploadResponse> getAbortMultipartUploadMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.AbortMultipartUploadRequest, dev.trackwell.v1.AbortMultipartUploadResponse> getAbortMultipartUploadMethod;
    if ((getAbortMultipartUploadMethod = ArtifactServiceGrpc.getAbortMultipartUploadMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getAbortMultipartUploadMethod = ArtifactServiceGrpc.getAbortMultipartUploadMethod) == null) {
          ArtifactServiceGrpc.getAbortMultipartUploadMethod = getAbortMultipartUploadMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.AbortMultipartUploadRequest, dev.trackwell.v1.AbortMultipartUploadResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AbortMultipartUpload"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.AbortMultipartUploadRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.AbortMultipartUploadResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("AbortMultipartUpload"))
              .build();
        }
      }
    }
    return getAbortMultipartUploadMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetPresignedDownloadUrlRequest,
      dev.trackwell.v1.GetPresignedDownloadUrlResponse> getGetPresignedDownloadUrlMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetPresignedDownloadUrl",
      requestType = dev.trackwell.v1.GetPresignedDownloadUrlRequest.class,
      responseType = dev.trackwell.v1.GetPresignedDownloadUrlResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetPresignedDownloadUrlRequest,
      dev.trackwell.v1.GetPresignedDownloadUrlResponse> getGetPresignedDownloadUrlMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetPresignedDownloadUrlRequest, dev.trackwell.v1.GetPresignedDownloadUrlResponse> getGetPresignedDownloadUrlMethod;
    if ((getGetPresignedDownloadUrlMethod = ArtifactServiceGrpc.getGetPresignedDownloadUrlMethod) == null) {
      synchronized (ArtifactServiceGrpc.class) {
        if ((getGetPresignedDownloadUrlMethod = ArtifactServiceGrpc.getGetPresignedDownloadUrlMethod) == null) {
          ArtifactServiceGrpc.getGetPresignedDownloadUrlMethod = getGetPresignedDownloadUrlMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetPresignedDownloadUrlRequest, dev.trackwell.v1.GetPresignedDownloadUrlResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetPresignedDownloadUrl"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetPresignedDownloadUrlRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetPresignedDownloadUrlResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ArtifactServiceMethodDescriptorSupplier("GetPresignedDownloadUrl"))
              .build();
        }
      }
    }
    return getGetPresignedDownloadUrlMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ArtifactServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceStub>() {
        @java.lang.Override
        public ArtifactServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ArtifactServiceStub(channel, callOptions);
        }
      };
    return ArtifactServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ArtifactServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceBlockingV2Stub>() {
        @java.lang.Override
        public ArtifactServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ArtifactServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ArtifactServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ArtifactServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceBlockingStub>() {
        @java.lang.Override
        public ArtifactServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ArtifactServiceBlockingStub(channel, callOptions);
        }
      };
    return ArtifactServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ArtifactServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ArtifactServiceFutureStub>() {
        @java.lang.Override
        public ArtifactServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ArtifactServiceFutureStub(channel, callOptions);
        }
      };
    return ArtifactServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Lists, uploads, downloads and deletes artifacts.
   * A path is relative, `/`-separated, without `.`, `..` and empty segments. It is below the server's
   * artifact root, or, where a request names a run, below that run's artifact folder.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Lists one folder of a run's artifacts; paths in the answer are relative to the run's artifact root.
     * </pre>
     */
    default void listArtifacts(dev.trackwell.v1.ListArtifactsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.ListArtifactsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListArtifactsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists one folder below the server's artifact root; paths in the answer are base names.
     * </pre>
     */
    default void listProxiedArtifacts(dev.trackwell.v1.ListProxiedArtifactsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.ListProxiedArtifactsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListProxiedArtifactsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Streams a file's bytes, or a range of them.
     * </pre>
     */
    default void downloadArtifact(dev.trackwell.v1.DownloadArtifactRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DownloadArtifactResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDownloadArtifactMethod(), responseObserver);
    }

    /**
     * <pre>
     * Stores a file, whole or not at all; folders are made, an existing file is replaced.
     * Over gRPC one stream may carry file after file. Each is checked and stored by itself, as if it had a call of its own:
     * a file is seen at its path when the next one begins, or the stream ends. An error names the file it is about and
     * ends the stream; the files before it stay stored, and nothing is kept of it and of those after it.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<dev.trackwell.v1.UploadArtifactRequest> uploadArtifact(
        io.grpc.stub.StreamObserver<dev.trackwell.v1.UploadArtifactResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getUploadArtifactMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns many small files whole, in the order in which they are asked for. gRPC only.
     * </pre>
     */
    default void downloadArtifacts(dev.trackwell.v1.DownloadArtifactsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DownloadArtifactsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDownloadArtifactsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deletes a file or a folder with all in it. What does not exist is deleted already.
     * </pre>
     */
    default void deleteArtifact(dev.trackwell.v1.DeleteArtifactRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteArtifactResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteArtifactMethod(), responseObserver);
    }

    /**
     * <pre>
     * Begins an upload in parts, directly to an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    default void createMultipartUpload(dev.trackwell.v1.CreateMultipartUploadRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateMultipartUploadResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateMultipartUploadMethod(), responseObserver);
    }

    /**
     * <pre>
     * Completes an upload in parts.
     * </pre>
     */
    default void completeMultipartUpload(dev.trackwell.v1.CompleteMultipartUploadRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CompleteMultipartUploadResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCompleteMultipartUploadMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives up an upload in parts.
     * </pre>
     */
    default void abortMultipartUpload(dev.trackwell.v1.AbortMultipartUploadRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.AbortMultipartUploadResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAbortMultipartUploadMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a URL from which a client may fetch a file directly from an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    default void getPresignedDownloadUrl(dev.trackwell.v1.GetPresignedDownloadUrlRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetPresignedDownloadUrlResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetPresignedDownloadUrlMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ArtifactService.
   * <pre>
   * Lists, uploads, downloads and deletes artifacts.
   * A path is relative, `/`-separated, without `.`, `..` and empty segments. It is below the server's
   * artifact root, or, where a request names a run, below that run's artifact folder.
   * </pre>
   */
  public static abstract class ArtifactServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ArtifactServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ArtifactService.
   * <pre>
   * Lists, uploads, downloads and deletes artifacts.
   * A path is relative, `/`-separated, without `.`, `..` and empty segments. It is below the server's
   * artifact root, or, where a request names a run, below that run's artifact folder.
   * </pre>
   */
  public static final class ArtifactServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ArtifactServiceStub> {
    private ArtifactServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ArtifactServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ArtifactServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Lists one folder of a run's artifacts; paths in the answer are relative to the run's artifact root.
     * </pre>
     */
    public void listArtifacts(dev.trackwell.v1.ListArtifactsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.ListArtifactsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListArtifactsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists one folder below the server's artifact root; paths in the answer are base names.
     * </pre>
     */
    public void listProxiedArtifacts(dev.trackwell.v1.ListProxiedArtifactsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.ListProxiedArtifactsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListProxiedArtifactsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Streams a file's bytes, or a range of them.
     * </pre>
     */
    public void downloadArtifact(dev.trackwell.v1.DownloadArtifactRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DownloadArtifactResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getDownloadArtifactMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Stores a file, whole or not at all; folders are made, an existing file is replaced.
     * Over gRPC one stream may carry file after file. Each is checked and stored by itself, as if it had a call of its own:
     * a file is seen at its path when the next one begins, or the stream ends. An error names the file it is about and
     * ends the stream; the files before it stay stored, and nothing is kept of it and of those after it.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<dev.trackwell.v1.UploadArtifactRequest> uploadArtifact(
        io.grpc.stub.StreamObserver<dev.trackwell.v1.UploadArtifactResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncClientStreamingCall(
          getChannel().newCall(getUploadArtifactMethod(), getCallOptions()), responseObserver);
    }

    /**
     * <pre>
     * Returns many small files whole, in the order in which they are asked for. gRPC only.
     * </pre>
     */
    public void downloadArtifacts(dev.trackwell.v1.DownloadArtifactsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DownloadArtifactsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getDownloadArtifactsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deletes a file or a folder with all in it. What does not exist is deleted already.
     * </pre>
     */
    public void deleteArtifact(dev.trackwell.v1.DeleteArtifactRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteArtifactResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteArtifactMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Begins an upload in parts, directly to an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public void createMultipartUpload(dev.trackwell.v1.CreateMultipartUploadRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateMultipartUploadResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateMultipartUploadMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Completes an upload in parts.
     * </pre>
     */
    public void completeMultipartUpload(dev.trackwell.v1.CompleteMultipartUploadRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CompleteMultipartUploadResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCompleteMultipartUploadMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives up an upload in parts.
     * </pre>
     */
    public void abortMultipartUpload(dev.trackwell.v1.AbortMultipartUploadRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.AbortMultipartUploadResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAbortMultipartUploadMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a URL from which a client may fetch a file directly from an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public void getPresignedDownloadUrl(dev.trackwell.v1.GetPresignedDownloadUrlRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetPresignedDownloadUrlResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetPresignedDownloadUrlMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ArtifactService.
   * <pre>
   * Lists, uploads, downloads and deletes artifacts.
   * A path is relative, `/`-separated, without `.`, `..` and empty segments. It is below the server's
   * artifact root, or, where a request names a run, below that run's artifact folder.
   * </pre>
   */
  public static final class ArtifactServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ArtifactServiceBlockingV2Stub> {
    private ArtifactServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ArtifactServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ArtifactServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Lists one folder of a run's artifacts; paths in the answer are relative to the run's artifact root.
     * </pre>
     */
    public dev.trackwell.v1.ListArtifactsResponse listArtifacts(dev.trackwell.v1.ListArtifactsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListArtifactsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists one folder below the server's artifact root; paths in the answer are base names.
     * </pre>
     */
    public dev.trackwell.v1.ListProxiedArtifactsResponse listProxiedArtifacts(dev.trackwell.v1.ListProxiedArtifactsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListProxiedArtifactsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Streams a file's bytes, or a range of them.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, dev.trackwell.v1.DownloadArtifactResponse>
        downloadArtifact(dev.trackwell.v1.DownloadArtifactRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getDownloadArtifactMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Stores a file, whole or not at all; folders are made, an existing file is replaced.
     * Over gRPC one stream may carry file after file. Each is checked and stored by itself, as if it had a call of its own:
     * a file is seen at its path when the next one begins, or the stream ends. An error names the file it is about and
     * ends the stream; the files before it stay stored, and nothing is kept of it and of those after it.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<dev.trackwell.v1.UploadArtifactRequest, dev.trackwell.v1.UploadArtifactResponse>
        uploadArtifact() {
      return io.grpc.stub.ClientCalls.blockingClientStreamingCall(
          getChannel(), getUploadArtifactMethod(), getCallOptions());
    }

    /**
     * <pre>
     * Returns many small files whole, in the order in which they are asked for. gRPC only.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, dev.trackwell.v1.DownloadArtifactsResponse>
        downloadArtifacts(dev.trackwell.v1.DownloadArtifactsRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getDownloadArtifactsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a file or a folder with all in it. What does not exist is deleted already.
     * </pre>
     */
    public dev.trackwell.v1.DeleteArtifactResponse deleteArtifact(dev.trackwell.v1.DeleteArtifactRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteArtifactMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Begins an upload in parts, directly to an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public dev.trackwell.v1.CreateMultipartUploadResponse createMultipartUpload(dev.trackwell.v1.CreateMultipartUploadRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateMultipartUploadMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Completes an upload in parts.
     * </pre>
     */
    public dev.trackwell.v1.CompleteMultipartUploadResponse completeMultipartUpload(dev.trackwell.v1.CompleteMultipartUploadRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCompleteMultipartUploadMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives up an upload in parts.
     * </pre>
     */
    public dev.trackwell.v1.AbortMultipartUploadResponse abortMultipartUpload(dev.trackwell.v1.AbortMultipartUploadRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAbortMultipartUploadMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a URL from which a client may fetch a file directly from an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public dev.trackwell.v1.GetPresignedDownloadUrlResponse getPresignedDownloadUrl(dev.trackwell.v1.GetPresignedDownloadUrlRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetPresignedDownloadUrlMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ArtifactService.
   * <pre>
   * Lists, uploads, downloads and deletes artifacts.
   * A path is relative, `/`-separated, without `.`, `..` and empty segments. It is below the server's
   * artifact root, or, where a request names a run, below that run's artifact folder.
   * </pre>
   */
  public static final class ArtifactServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ArtifactServiceBlockingStub> {
    private ArtifactServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ArtifactServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ArtifactServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Lists one folder of a run's artifacts; paths in the answer are relative to the run's artifact root.
     * </pre>
     */
    public dev.trackwell.v1.ListArtifactsResponse listArtifacts(dev.trackwell.v1.ListArtifactsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListArtifactsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists one folder below the server's artifact root; paths in the answer are base names.
     * </pre>
     */
    public dev.trackwell.v1.ListProxiedArtifactsResponse listProxiedArtifacts(dev.trackwell.v1.ListProxiedArtifactsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListProxiedArtifactsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Streams a file's bytes, or a range of them.
     * </pre>
     */
    public java.util.Iterator<dev.trackwell.v1.DownloadArtifactResponse> downloadArtifact(
        dev.trackwell.v1.DownloadArtifactRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getDownloadArtifactMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns many small files whole, in the order in which they are asked for. gRPC only.
     * </pre>
     */
    public java.util.Iterator<dev.trackwell.v1.DownloadArtifactsResponse> downloadArtifacts(
        dev.trackwell.v1.DownloadArtifactsRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getDownloadArtifactsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a file or a folder with all in it. What does not exist is deleted already.
     * </pre>
     */
    public dev.trackwell.v1.DeleteArtifactResponse deleteArtifact(dev.trackwell.v1.DeleteArtifactRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteArtifactMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Begins an upload in parts, directly to an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public dev.trackwell.v1.CreateMultipartUploadResponse createMultipartUpload(dev.trackwell.v1.CreateMultipartUploadRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateMultipartUploadMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Completes an upload in parts.
     * </pre>
     */
    public dev.trackwell.v1.CompleteMultipartUploadResponse completeMultipartUpload(dev.trackwell.v1.CompleteMultipartUploadRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCompleteMultipartUploadMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives up an upload in parts.
     * </pre>
     */
    public dev.trackwell.v1.AbortMultipartUploadResponse abortMultipartUpload(dev.trackwell.v1.AbortMultipartUploadRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAbortMultipartUploadMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a URL from which a client may fetch a file directly from an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public dev.trackwell.v1.GetPresignedDownloadUrlResponse getPresignedDownloadUrl(dev.trackwell.v1.GetPresignedDownloadUrlRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetPresignedDownloadUrlMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ArtifactService.
   * <pre>
   * Lists, uploads, downloads and deletes artifacts.
   * A path is relative, `/`-separated, without `.`, `..` and empty segments. It is below the server's
   * artifact root, or, where a request names a run, below that run's artifact folder.
   * </pre>
   */
  public static final class ArtifactServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ArtifactServiceFutureStub> {
    private ArtifactServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ArtifactServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ArtifactServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Lists one folder of a run's artifacts; paths in the answer are relative to the run's artifact root.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.ListArtifactsResponse> listArtifacts(
        dev.trackwell.v1.ListArtifactsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListArtifactsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists one folder below the server's artifact root; paths in the answer are base names.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.ListProxiedArtifactsResponse> listProxiedArtifacts(
        dev.trackwell.v1.ListProxiedArtifactsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListProxiedArtifactsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deletes a file or a folder with all in it. What does not exist is deleted already.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.DeleteArtifactResponse> deleteArtifact(
        dev.trackwell.v1.DeleteArtifactRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteArtifactMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Begins an upload in parts, directly to an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.CreateMultipartUploadResponse> createMultipartUpload(
        dev.trackwell.v1.CreateMultipartUploadRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateMultipartUploadMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Completes an upload in parts.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.CompleteMultipartUploadResponse> completeMultipartUpload(
        dev.trackwell.v1.CompleteMultipartUploadRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCompleteMultipartUploadMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Gives up an upload in parts.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.AbortMultipartUploadResponse> abortMultipartUpload(
        dev.trackwell.v1.AbortMultipartUploadRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAbortMultipartUploadMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a URL from which a client may fetch a file directly from an object store. NOT_IMPLEMENTED where the root is none.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.GetPresignedDownloadUrlResponse> getPresignedDownloadUrl(
        dev.trackwell.v1.GetPresignedDownloadUrlRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetPresignedDownloadUrlMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_LIST_ARTIFACTS = 0;
  private static final int METHODID_LIST_PROXIED_ARTIFACTS = 1;
  private static final int METHODID_DOWNLOAD_ARTIFACT = 2;
  private static final int METHODID_DOWNLOAD_ARTIFACTS = 3;
  private static final int METHODID_DELETE_ARTIFACT = 4;
  private static final int METHODID_CREATE_MULTIPART_UPLOAD = 5;
  private static final int METHODID_COMPLETE_MULTIPART_UPLOAD = 6;
  private static final int METHODID_ABORT_MULTIPART_UPLOAD = 7;
  private static final int METHODID_GET_PRESIGNED_DOWNLOAD_URL = 8;
  private static final int METHODID_UPLOAD_ARTIFACT = 9;

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
        case METHODID_LIST_ARTIFACTS:
          serviceImpl.listArtifacts((dev.trackwell.v1.ListArtifactsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.ListArtifactsResponse>) responseObserver);
          break;
        case METHODID_LIST_PROXIED_ARTIFACTS:
          serviceImpl.listProxiedArtifacts((dev.trackwell.v1.ListProxiedArtifactsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.ListProxiedArtifactsResponse>) responseObserver);
          break;
        case METHODID_DOWNLOAD_ARTIFACT:
          serviceImpl.downloadArtifact((dev.trackwell.v1.DownloadArtifactRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.DownloadArtifactResponse>) responseObserver);
          break;
        case METHODID_DOWNLOAD_ARTIFACTS:
          serviceImpl.downloadArtifacts((dev.trackwell.v1.DownloadArtifactsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.DownloadArtifactsResponse>) responseObserver);
          break;
        case METHODID_DELETE_ARTIFACT:
          serviceImpl.deleteArtifact((dev.trackwell.v1.DeleteArtifactRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteArtifactResponse>) responseObserver);
          break;
        case METHODID_CREATE_MULTIPART_UPLOAD:
          serviceImpl.createMultipartUpload((dev.trackwell.v1.CreateMultipartUploadRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateMultipartUploadResponse>) responseObserver);
          break;
        case METHODID_COMPLETE_MULTIPART_UPLOAD:
          serviceImpl.completeMultipartUpload((dev.trackwell.v1.CompleteMultipartUploadRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.CompleteMultipartUploadResponse>) responseObserver);
          break;
        case METHODID_ABORT_MULTIPART_UPLOAD:
          serviceImpl.abortMultipartUpload((dev.trackwell.v1.AbortMultipartUploadRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.AbortMultipartUploadResponse>) responseObserver);
          break;
        case METHODID_GET_PRESIGNED_DOWNLOAD_URL:
          serviceImpl.getPresignedDownloadUrl((dev.trackwell.v1.GetPresignedDownloadUrlRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetPresignedDownloadUrlResponse>) responseObserver);
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
        case METHODID_UPLOAD_ARTIFACT:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.uploadArtifact(
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.UploadArtifactResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getListArtifactsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.ListArtifactsRequest,
              dev.trackwell.v1.ListArtifactsResponse>(
                service, METHODID_LIST_ARTIFACTS)))
        .addMethod(
          getListProxiedArtifactsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.ListProxiedArtifactsRequest,
              dev.trackwell.v1.ListProxiedArtifactsResponse>(
                service, METHODID_LIST_PROXIED_ARTIFACTS)))
        .addMethod(
          getDownloadArtifactMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              dev.trackwell.v1.DownloadArtifactRequest,
              dev.trackwell.v1.DownloadArtifactResponse>(
                service, METHODID_DOWNLOAD_ARTIFACT)))
        .addMethod(
          getUploadArtifactMethod(),
          io.grpc.stub.ServerCalls.asyncClientStreamingCall(
            new MethodHandlers<
              dev.trackwell.v1.UploadArtifactRequest,
              dev.trackwell.v1.UploadArtifactResponse>(
                service, METHODID_UPLOAD_ARTIFACT)))
        .addMethod(
          getDownloadArtifactsMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              dev.trackwell.v1.DownloadArtifactsRequest,
              dev.trackwell.v1.DownloadArtifactsResponse>(
                service, METHODID_DOWNLOAD_ARTIFACTS)))
        .addMethod(
          getDeleteArtifactMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.DeleteArtifactRequest,
              dev.trackwell.v1.DeleteArtifactResponse>(
                service, METHODID_DELETE_ARTIFACT)))
        .addMethod(
          getCreateMultipartUploadMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.CreateMultipartUploadRequest,
              dev.trackwell.v1.CreateMultipartUploadResponse>(
                service, METHODID_CREATE_MULTIPART_UPLOAD)))
        .addMethod(
          getCompleteMultipartUploadMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.CompleteMultipartUploadRequest,
              dev.trackwell.v1.CompleteMultipartUploadResponse>(
                service, METHODID_COMPLETE_MULTIPART_UPLOAD)))
        .addMethod(
          getAbortMultipartUploadMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.AbortMultipartUploadRequest,
              dev.trackwell.v1.AbortMultipartUploadResponse>(
                service, METHODID_ABORT_MULTIPART_UPLOAD)))
        .addMethod(
          getGetPresignedDownloadUrlMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.GetPresignedDownloadUrlRequest,
              dev.trackwell.v1.GetPresignedDownloadUrlResponse>(
                service, METHODID_GET_PRESIGNED_DOWNLOAD_URL)))
        .build();
  }

  private static abstract class ArtifactServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ArtifactServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.trackwell.v1.ArtifactsProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ArtifactService");
    }
  }

  private static final class ArtifactServiceFileDescriptorSupplier
      extends ArtifactServiceBaseDescriptorSupplier {
    ArtifactServiceFileDescriptorSupplier() {}
  }

  private static final class ArtifactServiceMethodDescriptorSupplier
      extends ArtifactServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ArtifactServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ArtifactServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ArtifactServiceFileDescriptorSupplier())
              .addMethod(getListArtifactsMethod())
              .addMethod(getListProxiedArtifactsMethod())
              .addMethod(getDownloadArtifactMethod())
              .addMethod(getUploadArtifactMethod())
              .addMethod(getDownloadArtifactsMethod())
              .addMethod(getDeleteArtifactMethod())
              .addMethod(getCreateMultipartUploadMethod())
              .addMethod(getCompleteMultipartUploadMethod())
              .addMethod(getAbortMultipartUploadMethod())
              .addMethod(getGetPresignedDownloadUrlMethod())
              .build();
        }
      }
    }
    return result;
  }
}
