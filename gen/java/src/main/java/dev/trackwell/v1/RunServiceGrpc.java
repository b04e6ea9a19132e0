package dev.trackwell.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Creates, finds and changes runs, and logs to them.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class RunServiceGrpc {

  private RunServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "trackwell.v1.RunService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.CreateRunRequest,
      dev.trackwell.v1.CreateRunResponse> getCreateRunMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateRun",
      requestType = dev.trackwell.v1.CreateRunRequest.class,
      responseType = dev.trackwell.v1.CreateRunResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.CreateRunRequest,
      dev.trackwell.v1.CreateRunResponse> getCreateRunMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.CreateRunRequest, dev.trackwell.v1.CreateRunResponse> getCreateRunMethod;
    if ((getCreateRunMethod = RunServiceGrpc.getCreateRunMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getCreateRunMethod = RunServiceGrpc.getCreateRunMethod) == null) {
          RunServiceGrpc.getCreateRunMethod = getCreateRunMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.CreateRunRequest, dev.trackwell.v1.CreateRunResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateRun"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CreateRunRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.CreateRunResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("CreateRun"))
              .build();
        }
      }
    }
    return getCreateRunMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.GetRunRequest,
      dev.trackwell.v1.GetRunResponse> getGetRunMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetRun",
      requestType = dev.trackwell.v1.GetRunRequest.class,
      responseType = dev.trackwell.v1.GetRunResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.GetRunRequest,
      dev.trackwell.v1.GetRunResponse> getGetRunMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.GetRunRequest, dev.trackwell.v1.GetRunResponse> getGetRunMethod;
    if ((getGetRunMethod = RunServiceGrpc.getGetRunMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getGetRunMethod = RunServiceGrpc.getGetRunMethod) == null) {
          RunServiceGrpc.getGetRunMethod = getGetRunMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.GetRunRequest, dev.trackwell.v1.GetRunResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetRun"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetRunRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.GetRunResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("GetRun"))
              .build();
        }
      }
    }
    return getGetRunMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.UpdateRunRequest,
      dev.trackwell.v1.UpdateRunResponse> getUpdateRunMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateRun",
      requestType = dev.trackwell.v1.UpdateRunRequest.class,
      responseType = dev.trackwell.v1.UpdateRunResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.UpdateRunRequest,
      dev.trackwell.v1.UpdateRunResponse> getUpdateRunMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.UpdateRunRequest, dev.trackwell.v1.UpdateRunResponse> getUpdateRunMethod;
    if ((getUpdateRunMethod = RunServiceGrpc.getUpdateRunMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getUpdateRunMethod = RunServiceGrpc.getUpdateRunMethod) == null) {
          RunServiceGrpc.getUpdateRunMethod = getUpdateRunMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.UpdateRunRequest, dev.trackwell.v1.UpdateRunResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateRun"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.UpdateRunRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.UpdateRunResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("UpdateRun"))
              .build();
        }
      }
    }
    return getUpdateRunMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteRunRequest,
      dev.trackwell.v1.DeleteRunResponse> getDeleteRunMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteRun",
      requestType = dev.trackwell.v1.DeleteRunRequest.class,
      responseType = dev.trackwell.v1.DeleteRunResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteRunRequest,
      dev.trackwell.v1.DeleteRunResponse> getDeleteRunMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteRunRequest, dev.trackwell.v1.DeleteRunResponse> getDeleteRunMethod;
    if ((getDeleteRunMethod = RunServiceGrpc.getDeleteRunMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getDeleteRunMethod = RunServiceGrpc.getDeleteRunMethod) == null) {
          RunServiceGrpc.getDeleteRunMethod = getDeleteRunMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.DeleteRunRequest, dev.trackwell.v1.DeleteRunResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteRun"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteRunRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteRunResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("DeleteRun"))
              .build();
        }
      }
    }
    return getDeleteRunMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.RestoreRunRequest,
      dev.trackwell.v1.RestoreRunResponse> getRestoreRunMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RestoreRun",
      requestType = dev.trackwell.v1.RestoreRunRequest.class,
      responseType = dev.trackwell.v1.RestoreRunResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.RestoreRunRequest,
      dev.trackwell.v1.RestoreRunResponse> getRestoreRunMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.RestoreRunRequest, dev.trackwell.v1.RestoreRunResponse> getRestoreRunMethod;
    if ((getRestoreRunMethod = RunServiceGrpc.getRestoreRunMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getRestoreRunMethod = RunServiceGrpc.getRestoreRunMethod) == null) {
          RunServiceGrpc.getRestoreRunMethod = getRestoreRunMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.RestoreRunRequest, dev.trackwell.v1.RestoreRunResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RestoreRun"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.RestoreRunRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.RestoreRunResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("RestoreRun"))
              .build();
        }
      }
    }
    return getRestoreRunMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogParamRequest,
      dev.trackwell.v1.LogParamResponse> getLogParamMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogParam",
      requestType = dev.trackwell.v1.LogParamRequest.class,
      responseType = dev.trackwell.v1.LogParamResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogParamRequest,
      dev.trackwell.v1.LogParamResponse> getLogParamMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogParamRequest, dev.trackwell.v1.LogParamResponse> getLogParamMethod;
    if ((getLogParamMethod = RunServiceGrpc.getLogParamMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getLogParamMethod = RunServiceGrpc.getLogParamMethod) == null) {
          RunServiceGrpc.getLogParamMethod = getLogParamMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogParamRequest, dev.trackwell.v1.LogParamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogParam"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogParamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogParamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("LogParam"))
              .build();
        }
      }
    }
    return getLogParamMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.SetTagRequest,
      dev.trackwell.v1.SetTagResponse> getSetTagMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SetTag",
      requestType = dev.trackwell.v1.SetTagRequest.class,
      responseType = dev.trackwell.v1.SetTagResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.SetTagRequest,
      dev.trackwell.v1.SetTagResponse> getSetTagMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.SetTagRequest, dev.trackwell.v1.SetTagResponse> getSetTagMethod;
    if ((getSetTagMethod = RunServiceGrpc.getSetTagMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getSetTagMethod = RunServiceGrpc.getSetTagMethod) == null) {
          RunServiceGrpc.getSetTagMethod = getSetTagMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.SetTagRequest, dev.trackwell.v1.SetTagResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SetTag"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SetTagRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SetTagResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("SetTag"))
              .build();
        }
      }
    }
    return getSetTagMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteTagRequest,
      dev.trackwell.v1.DeleteTagResponse> getDeleteTagMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteTag",
      requestType = dev.trackwell.v1.DeleteTagRequest.class,
      responseType = dev.trackwell.v1.DeleteTagResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteTagRequest,
      dev.trackwell.v1.DeleteTagResponse> getDeleteTagMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.DeleteTagRequest, dev.trackwell.v1.DeleteTagResponse> getDeleteTagMethod;
    if ((getDeleteTagMethod = RunServiceGrpc.getDeleteTagMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getDeleteTagMethod = RunServiceGrpc.getDeleteTagMethod) == null) {
          RunServiceGrpc.getDeleteTagMethod = getDeleteTagMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.DeleteTagRequest, dev.trackwell.v1.DeleteTagResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteTag"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteTagRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.DeleteTagResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("DeleteTag"))
              .build();
        }
      }
    }
    return getDeleteTagMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogBatchRequest,
      dev.trackwell.v1.LogBatchResponse> getLogBatchMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogBatch",
      requestType = dev.trackwell.v1.LogBatchRequest.class,
      responseType = dev.trackwell.v1.LogBatchResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogBatchRequest,
      dev.trackwell.v1.LogBatchResponse> getLogBatchMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogBatchRequest, dev.trackwell.v1.LogBatchResponse> getLogBatchMethod;
    if ((getLogBatchMethod = RunServiceGrpc.getLogBatchMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getLogBatchMethod = RunServiceGrpc.getLogBatchMethod) == null) {
          RunServiceGrpc.getLogBatchMethod = getLogBatchMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogBatchRequest, dev.trackwell.v1.LogBatchResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogBatch"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogBatchRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogBatchResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("LogBatch"))
              .build();
        }
      }
    }
    return getLogBatchMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.SearchRunsRequest,
      dev.trackwell.v1.SearchRunsResponse> getSearchRunsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SearchRuns",
      requestType = dev.trackwell.v1.SearchRunsRequest.class,
      responseType = dev.trackwell.v1.SearchRunsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.SearchRunsRequest,
      dev.trackwell.v1.SearchRunsResponse> getSearchRunsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.SearchRunsRequest, dev.trackwell.v1.SearchRunsResponse> getSearchRunsMethod;
    if ((getSearchRunsMethod = RunServiceGrpc.getSearchRunsMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getSearchRunsMethod = RunServiceGrpc.getSearchRunsMethod) == null) {
          RunServiceGrpc.getSearchRunsMethod = getSearchRunsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.SearchRunsRequest, dev.trackwell.v1.SearchRunsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SearchRuns"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SearchRunsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.SearchRunsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("SearchRuns"))
              .build();
        }
      }
    }
    return getSearchRunsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogModelRequest,
      dev.trackwell.v1.LogModelResponse> getLogModelMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogModel",
      requestType = dev.trackwell.v1.LogModelRequest.class,
      responseType = dev.trackwell.v1.LogModelResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogModelRequest,
      dev.trackwell.v1.LogModelResponse> getLogModelMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogModelRequest, dev.trackwell.v1.LogModelResponse> getLogModelMethod;
    if ((getLogModelMethod = RunServiceGrpc.getLogModelMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getLogModelMethod = RunServiceGrpc.getLogModelMethod) == null) {
          RunServiceGrpc.getLogModelMethod = getLogModelMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogModelRequest, dev.trackwell.v1.LogModelResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogModel"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogModelRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogModelResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("LogModel"))
              .build();
        }
      }
    }
    return getLogModelMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogInputsRequest,
      dev.trackwell.v1.LogInputsResponse> getLogInputsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogInputs",
      requestType = dev.trackwell.v1.LogInputsRequest.class,
      responseType = dev.trackwell.v1.LogInputsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogInputsRequest,
      dev.trackwell.v1.LogInputsResponse> getLogInputsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogInputsRequest, dev.trackwell.v1.LogInputsResponse> getLogInputsMethod;
    if ((getLogInputsMethod = RunServiceGrpc.getLogInputsMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getLogInputsMethod = RunServiceGrpc.getLogInputsMethod) == null) {
          RunServiceGrpc.getLogInputsMethod = getLogInputsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogInputsRequest, dev.trackwell.v1.LogInputsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogInputs"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogInputsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogInputsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("LogInputs"))
              .build();
        }
      }
    }
    return getLogInputsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogOutputsRequest,
      dev.trackwell.v1.LogOutputsResponse> getLogOutputsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogOutputs",
      requestType = dev.trackwell.v1.LogOutputsRequest.class,
      responseType = dev.trackwell.v1.LogOutputsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogOutputsRequest,
      dev.trackwell.v1.LogOutputsResponse> getLogOutputsMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogOutputsRequest, dev.trackwell.v1.LogOutputsResponse> getLogOutputsMethod;
    if ((getLogOutputsMethod = RunServiceGrpc.getLogOutputsMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getLogOutputsMethod = RunServiceGrpc.getLogOutputsMethod) == null) {
          RunServiceGrpc.getLogOutputsMethod = getLogOutputsMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogOutputsRequest, dev.trackwell.v1.LogOutputsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogOutputs"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogOutputsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogOutputsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("LogOutputs"))
              .build();
        }
      }
    }
    return getLogOutputsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.LogStreamRequest,
      dev.trackwell.v1.LogStreamResponse> getLogStreamMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "LogStream",
      requestType = dev.trackwell.v1.LogStreamRequest.class,
      responseType = dev.trackwell.v1.LogStreamResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.LogStreamRequest,
      dev.trackwell.v1.LogStreamResponse> getLogStreamMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.LogStreamRequest, dev.trackwell.v1.LogStreamResponse> getLogStreamMethod;
    if ((getLogStreamMethod = RunServiceGrpc.getLogStreamMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getLogStreamMethod = RunServiceGrpc.getLogStreamMethod) == null) {
          RunServiceGrpc.getLogStreamMethod = getLogStreamMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.LogStreamRequest, dev.trackwell.v1.LogStreamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "LogStream"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogStreamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.LogStreamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("LogStream"))
              .build();
        }
      }
    }
    return getLogStreamMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.trackwell.v1.WatchRequest,
      dev.trackwell.v1.WatchResponse> getWatchMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Watch",
      requestType = dev.trackwell.v1.WatchRequest.class,
      responseType = dev.trackwell.v1.WatchResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<dev.trackwell.v1.WatchRequest,
      dev.trackwell.v1.WatchResponse> getWatchMethod() {
    io.grpc.MethodDescriptor<dev.trackwell.v1.WatchRequest, dev.trackwell.v1.WatchResponse> getWatchMethod;
    if ((getWatchMethod = RunServiceGrpc.getWatchMethod) == null) {
      synchronized (RunServiceGrpc.class) {
        if ((getWatchMethod = RunServiceGrpc.getWatchMethod) == null) {
          RunServiceGrpc.getWatchMethod = getWatchMethod =
              io.grpc.MethodDescriptor.<dev.trackwell.v1.WatchRequest, dev.trackwell.v1.WatchResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Watch"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.WatchRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.trackwell.v1.WatchResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RunServiceMethodDescriptorSupplier("Watch"))
              .build();
        }
      }
    }
    return getWatchMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static RunServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RunServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RunServiceStub>() {
        @java.lang.Override
        public RunServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RunServiceStub(channel, callOptions);
        }
      };
    return RunServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static RunServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RunServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RunServiceBlockingV2Stub>() {
        @java.lang.Override
        public RunServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RunServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return RunServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static RunServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RunServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RunServiceBlockingStub>() {
        @java.lang.Override
        public RunServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RunServiceBlockingStub(channel, callOptions);
        }
      };
    return RunServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static RunServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RunServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RunServiceFutureStub>() {
        @java.lang.Override
        public RunServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RunServiceFutureStub(channel, callOptions);
        }
      };
    return RunServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Creates, finds and changes runs, and logs to them.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Creates a run in an active experiment and returns it. Safe to retry when the request carries a
     * run id, or is sent again, unchanged, under the same request id (x-request-id) within an hour.
     * </pre>
     */
    default void createRun(dev.trackwell.v1.CreateRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateRunResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateRunMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns one run, also a deleted one.
     * </pre>
     */
    default void getRun(dev.trackwell.v1.GetRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetRunResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetRunMethod(), responseObserver);
    }

    /**
     * <pre>
     * Changes a run's status, end time or name; only the fields that are present change.
     * </pre>
     */
    default void updateRun(dev.trackwell.v1.UpdateRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.UpdateRunResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateRunMethod(), responseObserver);
    }

    /**
     * <pre>
     * Marks a run as deleted, which makes it read-only. Deleting it again changes nothing.
     * </pre>
     */
    default void deleteRun(dev.trackwell.v1.DeleteRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteRunResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteRunMethod(), responseObserver);
    }

    /**
     * <pre>
     * Makes a deleted run active. Restoring an active one changes nothing.
     * </pre>
     */
    default void restoreRun(dev.trackwell.v1.RestoreRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.RestoreRunResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRestoreRunMethod(), responseObserver);
    }

    /**
     * <pre>
     * Logs one param. A param is written once: the same value again is accepted, another is refused.
     * </pre>
     */
    default void logParam(dev.trackwell.v1.LogParamRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogParamResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getLogParamMethod(), responseObserver);
    }

    /**
     * <pre>
     * Sets one tag; the last value wins.
     * </pre>
     */
    default void setTag(dev.trackwell.v1.SetTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SetTagResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSetTagMethod(), responseObserver);
    }

    /**
     * <pre>
     * Removes one tag; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    default void deleteTag(dev.trackwell.v1.DeleteTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteTagResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteTagMethod(), responseObserver);
    }

    /**
     * <pre>
     * Logs metrics, params and tags together: all of them or, when one is refused, none.
     * </pre>
     */
    default void logBatch(dev.trackwell.v1.LogBatchRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogBatchResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getLogBatchMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a page of the runs of some experiments that match a filter.
     * </pre>
     */
    default void searchRuns(dev.trackwell.v1.SearchRunsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchRunsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSearchRunsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Records that the run logged a model: appends to the JSON list in tag mlflow.log-model.history.
     * </pre>
     */
    default void logModel(dev.trackwell.v1.LogModelRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogModelResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getLogModelMethod(), responseObserver);
    }

    /**
     * <pre>
     * Records the datasets and models that a run used. What it has already is left as it is.
     * </pre>
     */
    default void logInputs(dev.trackwell.v1.LogInputsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogInputsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getLogInputsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Records the models that a run produced. What it has already is left as it is.
     * </pre>
     */
    default void logOutputs(dev.trackwell.v1.LogOutputsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogOutputsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getLogOutputsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Logs over one open stream: numbered batches go in, cumulative acknowledgements come out. What is
     * acknowledged is durable. After a broken stream open a new one and send again what was not
     * acknowledged, in order: every batch is safe to repeat. gRPC only.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<dev.trackwell.v1.LogStreamRequest> logStream(
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogStreamResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getLogStreamMethod(), responseObserver);
    }

    /**
     * <pre>
     * Streams which runs changed since a token, until the caller hangs up. gRPC only.
     * </pre>
     */
    default void watch(dev.trackwell.v1.WatchRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.WatchResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service RunService.
   * <pre>
   * Creates, finds and changes runs, and logs to them.
   * </pre>
   */
  public static abstract class RunServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return RunServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service RunService.
   * <pre>
   * Creates, finds and changes runs, and logs to them.
   * </pre>
   */
  public static final class RunServiceStub
      extends io.grpc.stub.AbstractAsyncStub<RunServiceStub> {
    private RunServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RunServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RunServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a run in an active experiment and returns it. Safe to retry when the request carries a
     * run id, or is sent again, unchanged, under the same request id (x-request-id) within an hour.
     * </pre>
     */
    public void createRun(dev.trackwell.v1.CreateRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateRunResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateRunMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns one run, also a deleted one.
     * </pre>
     */
    public void getRun(dev.trackwell.v1.GetRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.GetRunResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetRunMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Changes a run's status, end time or name; only the fields that are present change.
     * </pre>
     */
    public void updateRun(dev.trackwell.v1.UpdateRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.UpdateRunResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateRunMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Marks a run as deleted, which makes it read-only. Deleting it again changes nothing.
     * </pre>
     */
    public void deleteRun(dev.trackwell.v1.DeleteRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteRunResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteRunMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Makes a deleted run active. Restoring an active one changes nothing.
     * </pre>
     */
    public void restoreRun(dev.trackwell.v1.RestoreRunRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.RestoreRunResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRestoreRunMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Logs one param. A param is written once: the same value again is accepted, another is refused.
     * </pre>
     */
    public void logParam(dev.trackwell.v1.LogParamRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogParamResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getLogParamMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Sets one tag; the last value wins.
     * </pre>
     */
    public void setTag(dev.trackwell.v1.SetTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SetTagResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSetTagMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Removes one tag; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public void deleteTag(dev.trackwell.v1.DeleteTagRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteTagResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteTagMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Logs metrics, params and tags together: all of them or, when one is refused, none.
     * </pre>
     */
    public void logBatch(dev.trackwell.v1.LogBatchRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogBatchResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getLogBatchMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a page of the runs of some experiments that match a filter.
     * </pre>
     */
    public void searchRuns(dev.trackwell.v1.SearchRunsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchRunsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSearchRunsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Records that the run logged a model: appends to the JSON list in tag mlflow.log-model.history.
     * </pre>
     */
    public void logModel(dev.trackwell.v1.LogModelRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogModelResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getLogModelMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Records the datasets and models that a run used. What it has already is left as it is.
     * </pre>
     */
    public void logInputs(dev.trackwell.v1.LogInputsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogInputsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getLogInputsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Records the models that a run produced. What it has already is left as it is.
     * </pre>
     */
    public void logOutputs(dev.trackwell.v1.LogOutputsRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogOutputsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getLogOutputsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Logs over one open stream: numbered batches go in, cumulative acknowledgements come out. What is
     * acknowledged is durable. After a broken stream open a new one and send again what was not
     * acknowledged, in order: every batch is safe to repeat. gRPC only.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<dev.trackwell.v1.LogStreamRequest> logStream(
        io.grpc.stub.StreamObserver<dev.trackwell.v1.LogStreamResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getLogStreamMethod(), getCallOptions()), responseObserver);
    }

    /**
     * <pre>
     * Streams which runs changed since a token, until the caller hangs up. gRPC only.
     * </pre>
     */
    public void watch(dev.trackwell.v1.WatchRequest request,
        io.grpc.stub.StreamObserver<dev.trackwell.v1.WatchResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service RunService.
   * <pre>
   * Creates, finds and changes runs, and logs to them.
   * </pre>
   */
  public static final class RunServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<RunServiceBlockingV2Stub> {
    private RunServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RunServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RunServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a run in an active experiment and returns it. Safe to retry when the request carries a
     * run id, or is sent again, unchanged, under the same request id (x-request-id) within an hour.
     * </pre>
     */
    public dev.trackwell.v1.CreateRunResponse createRun(dev.trackwell.v1.CreateRunRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one run, also a deleted one.
     * </pre>
     */
    public dev.trackwell.v1.GetRunResponse getRun(dev.trackwell.v1.GetRunRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes a run's status, end time or name; only the fields that are present change.
     * </pre>
     */
    public dev.trackwell.v1.UpdateRunResponse updateRun(dev.trackwell.v1.UpdateRunRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Marks a run as deleted, which makes it read-only. Deleting it again changes nothing.
     * </pre>
     */
    public dev.trackwell.v1.DeleteRunResponse deleteRun(dev.trackwell.v1.DeleteRunRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a deleted run active. Restoring an active one changes nothing.
     * </pre>
     */
    public dev.trackwell.v1.RestoreRunResponse restoreRun(dev.trackwell.v1.RestoreRunRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRestoreRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Logs one param. A param is written once: the same value again is accepted, another is refused.
     * </pre>
     */
    public dev.trackwell.v1.LogParamResponse logParam(dev.trackwell.v1.LogParamRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getLogParamMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sets one tag; the last value wins.
     * </pre>
     */
    public dev.trackwell.v1.SetTagResponse setTag(dev.trackwell.v1.SetTagRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSetTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Removes one tag; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public dev.trackwell.v1.DeleteTagResponse deleteTag(dev.trackwell.v1.DeleteTagRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Logs metrics, params and tags together: all of them or, when one is refused, none.
     * </pre>
     */
    public dev.trackwell.v1.LogBatchResponse logBatch(dev.trackwell.v1.LogBatchRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getLogBatchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of the runs of some experiments that match a filter.
     * </pre>
     */
    public dev.trackwell.v1.SearchRunsResponse searchRuns(dev.trackwell.v1.SearchRunsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSearchRunsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records that the run logged a model: appends to the JSON list in tag mlflow.log-model.history.
     * </pre>
     */
    public dev.trackwell.v1.LogModelResponse logModel(dev.trackwell.v1.LogModelRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getLogModelMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records the datasets and models that a run used. What it has already is left as it is.
     * </pre>
     */
    public dev.trackwell.v1.LogInputsResponse logInputs(dev.trackwell.v1.LogInputsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getLogInputsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records the models that a run produced. What it has already is left as it is.
     * </pre>
     */
    public dev.trackwell.v1.LogOutputsResponse logOutputs(dev.trackwell.v1.LogOutputsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getLogOutputsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Logs over one open stream: numbered batches go in, cumulative acknowledgements come out. What is
     * acknowledged is durable. After a broken stream open a new one and send again what was not
     * acknowledged, in order: every batch is safe to repeat. gRPC only.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<dev.trackwell.v1.LogStreamRequest, dev.trackwell.v1.LogStreamResponse>
        logStream() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getLogStreamMethod(), getCallOptions());
    }

    /**
     * <pre>
     * Streams which runs changed since a token, until the caller hangs up. gRPC only.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, dev.trackwell.v1.WatchResponse>
        watch(dev.trackwell.v1.WatchRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service RunService.
   * <pre>
   * Creates, finds and changes runs, and logs to them.
   * </pre>
   */
  public static final class RunServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<RunServiceBlockingStub> {
    private RunServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RunServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RunServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a run in an active experiment and returns it. Safe to retry when the request carries a
     * run id, or is sent again, unchanged, under the same request id (x-request-id) within an hour.
     * </pre>
     */
    public dev.trackwell.v1.CreateRunResponse createRun(dev.trackwell.v1.CreateRunRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one run, also a deleted one.
     * </pre>
     */
    public dev.trackwell.v1.GetRunResponse getRun(dev.trackwell.v1.GetRunRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes a run's status, end time or name; only the fields that are present change.
     * </pre>
     */
    public dev.trackwell.v1.UpdateRunResponse updateRun(dev.trackwell.v1.UpdateRunRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Marks a run as deleted, which makes it read-only. Deleting it again changes nothing.
     * </pre>
     */
    public dev.trackwell.v1.DeleteRunResponse deleteRun(dev.trackwell.v1.DeleteRunRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a deleted run active. Restoring an active one changes nothing.
     * </pre>
     */
    public dev.trackwell.v1.RestoreRunResponse restoreRun(dev.trackwell.v1.RestoreRunRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRestoreRunMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Logs one param. A param is written once: the same value again is accepted, another is refused.
     * </pre>
     */
    public dev.trackwell.v1.LogParamResponse logParam(dev.trackwell.v1.LogParamRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getLogParamMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sets one tag; the last value wins.
     * </pre>
     */
    public dev.trackwell.v1.SetTagResponse setTag(dev.trackwell.v1.SetTagRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSetTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Removes one tag; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public dev.trackwell.v1.DeleteTagResponse deleteTag(dev.trackwell.v1.DeleteTagRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteTagMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Logs metrics, params and tags together: all of them or, when one is refused, none.
     * </pre>
     */
    public dev.trackwell.v1.LogBatchResponse logBatch(dev.trackwell.v1.LogBatchRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getLogBatchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a page of the runs of some experiments that match a filter.
     * </pre>
     */
    public dev.trackwell.v1.SearchRunsResponse searchRuns(dev.trackwell.v1.SearchRunsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSearchRunsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records that the run logged a model: appends to the JSON list in tag mlflow.log-model.history.
     * </pre>
     */
    public dev.trackwell.v1.LogModelResponse logModel(dev.trackwell.v1.LogModelRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getLogModelMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records the datasets and models that a run used. What it has already is left as it is.
     * </pre>
     */
    public dev.trackwell.v1.LogInputsResponse logInputs(dev.trackwell.v1.LogInputsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getLogInputsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records the models that a run produced. What it has already is left as it is.
     * </pre>
     */
    public dev.trackwell.v1.LogOutputsResponse logOutputs(dev.trackwell.v1.LogOutputsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getLogOutputsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Streams which runs changed since a token, until the caller hangs up. gRPC only.
     * </pre>
     */
    public java.util.Iterator<dev.trackwell.v1.WatchResponse> watch(
        dev.trackwell.v1.WatchRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service RunService.
   * <pre>
   * Creates, finds and changes runs, and logs to them.
   * </pre>
   */
  public static final class RunServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<RunServiceFutureStub> {
    private RunServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RunServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RunServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a run in an active experiment and returns it. Safe to retry when the request carries a
     * run id, or is sent again, unchanged, under the same request id (x-request-id) within an hour.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.CreateRunResponse> createRun(
        dev.trackwell.v1.CreateRunRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateRunMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns one run, also a deleted one.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.GetRunResponse> getRun(
        dev.trackwell.v1.GetRunRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetRunMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Changes a run's status, end time or name; only the fields that are present change.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.UpdateRunResponse> updateRun(
        dev.trackwell.v1.UpdateRunRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateRunMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Marks a run as deleted, which makes it read-only. Deleting it again changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.DeleteRunResponse> deleteRun(
        dev.trackwell.v1.DeleteRunRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteRunMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Makes a deleted run active. Restoring an active one changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.RestoreRunResponse> restoreRun(
        dev.trackwell.v1.RestoreRunRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRestoreRunMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Logs one param. A param is written once: the same value again is accepted, another is refused.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.LogParamResponse> logParam(
        dev.trackwell.v1.LogParamRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getLogParamMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Sets one tag; the last value wins.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.SetTagResponse> setTag(
        dev.trackwell.v1.SetTagRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSetTagMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Removes one tag; an absent tag is RESOURCE_DOES_NOT_EXIST.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.DeleteTagResponse> deleteTag(
        dev.trackwell.v1.DeleteTagRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteTagMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Logs metrics, params and tags together: all of them or, when one is refused, none.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.LogBatchResponse> logBatch(
        dev.trackwell.v1.LogBatchRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getLogBatchMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a page of the runs of some experiments that match a filter.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.SearchRunsResponse> searchRuns(
        dev.trackwell.v1.SearchRunsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSearchRunsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Records that the run logged a model: appends to the JSON list in tag mlflow.log-model.history.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.LogModelResponse> logModel(
        dev.trackwell.v1.LogModelRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getLogModelMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Records the datasets and models that a run used. What it has already is left as it is.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.LogInputsResponse> logInputs(
        dev.trackwell.v1.LogInputsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getLogInputsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Records the models that a run produced. What it has already is left as it is.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.trackwell.v1.LogOutputsResponse> logOutputs(
        dev.trackwell.v1.LogOutputsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getLogOutputsMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_RUN = 0;
  private static final int METHODID_GET_RUN = 1;
  private static final int METHODID_UPDATE_RUN = 2;
  private static final int METHODID_DELETE_RUN = 3;
  private static final int METHODID_RESTORE_RUN = 4;
  private static final int METHODID_LOG_PARAM = 5;
  private static final int METHODID_SET_TAG = 6;
  private static final int METHODID_DELETE_TAG = 7;
  private static final int METHODID_LOG_BATCH = 8;
  private static final int METHODID_SEARCH_RUNS = 9;
  private static final int METHODID_LOG_MODEL = 10;
  private static final int METHODID_LOG_INPUTS = 11;
  private static final int METHODID_LOG_OUTPUTS = 12;
  private static final int METHODID_WATCH = 13;
  private static final int METHODID_LOG_STREAM = 14;

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
        case METHODID_CREATE_RUN:
          serviceImpl.createRun((dev.trackwell.v1.CreateRunRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.CreateRunResponse>) responseObserver);
          break;
        case METHODID_GET_RUN:
          serviceImpl.getRun((dev.trackwell.v1.GetRunRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.GetRunResponse>) responseObserver);
          break;
        case METHODID_UPDATE_RUN:
          serviceImpl.updateRun((dev.trackwell.v1.UpdateRunRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.UpdateRunResponse>) responseObserver);
          break;
        case METHODID_DELETE_RUN:
          serviceImpl.deleteRun((dev.trackwell.v1.DeleteRunRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteRunResponse>) responseObserver);
          break;
        case METHODID_RESTORE_RUN:
          serviceImpl.restoreRun((dev.trackwell.v1.RestoreRunRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.RestoreRunResponse>) responseObserver);
          break;
        case METHODID_LOG_PARAM:
          serviceImpl.logParam((dev.trackwell.v1.LogParamRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogParamResponse>) responseObserver);
          break;
        case METHODID_SET_TAG:
          serviceImpl.setTag((dev.trackwell.v1.SetTagRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.SetTagResponse>) responseObserver);
          break;
        case METHODID_DELETE_TAG:
          serviceImpl.deleteTag((dev.trackwell.v1.DeleteTagRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.DeleteTagResponse>) responseObserver);
          break;
        case METHODID_LOG_BATCH:
          serviceImpl.logBatch((dev.trackwell.v1.LogBatchRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogBatchResponse>) responseObserver);
          break;
        case METHODID_SEARCH_RUNS:
          serviceImpl.searchRuns((dev.trackwell.v1.SearchRunsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.SearchRunsResponse>) responseObserver);
          break;
        case METHODID_LOG_MODEL:
          serviceImpl.logModel((dev.trackwell.v1.LogModelRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogModelResponse>) responseObserver);
          break;
        case METHODID_LOG_INPUTS:
          serviceImpl.logInputs((dev.trackwell.v1.LogInputsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogInputsResponse>) responseObserver);
          break;
        case METHODID_LOG_OUTPUTS:
          serviceImpl.logOutputs((dev.trackwell.v1.LogOutputsRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogOutputsResponse>) responseObserver);
          break;
        case METHODID_WATCH:
          serviceImpl.watch((dev.trackwell.v1.WatchRequest) request,
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.WatchResponse>) responseObserver);
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
        case METHODID_LOG_STREAM:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.logStream(
              (io.grpc.stub.StreamObserver<dev.trackwell.v1.LogStreamResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getCreateRunMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.CreateRunRequest,
              dev.trackwell.v1.CreateRunResponse>(
                service, METHODID_CREATE_RUN)))
        .addMethod(
          getGetRunMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.GetRunRequest,
              dev.trackwell.v1.GetRunResponse>(
                service, METHODID_GET_RUN)))
        .addMethod(
          getUpdateRunMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.UpdateRunRequest,
              dev.trackwell.v1.UpdateRunResponse>(
                service, METHODID_UPDATE_RUN)))
        .addMethod(
          getDeleteRunMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.DeleteRunRequest,
              dev.trackwell.v1.DeleteRunResponse>(
                service, METHODID_DELETE_RUN)))
        .addMethod(
          getRestoreRunMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.RestoreRunRequest,
              dev.trackwell.v1.RestoreRunResponse>(
                service, METHODID_RESTORE_RUN)))
        .addMethod(
          getLogParamMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.LogParamRequest,
              dev.trackwell.v1.LogParamResponse>(
                service, METHODID_LOG_PARAM)))
        .addMethod(
          getSetTagMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.SetTagRequest,
              dev.trackwell.v1.SetTagResponse>(
                service, METHODID_SET_TAG)))
        .addMethod(
          getDeleteTagMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.DeleteTagRequest,
              dev.trackwell.v1.DeleteTagResponse>(
                service, METHODID_DELETE_TAG)))
        .addMethod(
          getLogBatchMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.LogBatchRequest,
              dev.trackwell.v1.LogBatchResponse>(
                service, METHODID_LOG_BATCH)))
        .addMethod(
          getSearchRunsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.SearchRunsRequest,
              dev.trackwell.v1.SearchRunsResponse>(
                service, METHODID_SEARCH_RUNS)))
        .addMethod(
          getLogModelMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.LogModelRequest,
              dev.trackwell.v1.LogModelResponse>(
                service, METHODID_LOG_MODEL)))
        .addMethod(
          getLogInputsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.LogInputsRequest,
              dev.trackwell.v1.LogInputsResponse>(
                service, METHODID_LOG_INPUTS)))
        .addMethod(
          getLogOutputsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.trackwell.v1.LogOutputsRequest,
              dev.trackwell.v1.LogOutputsResponse>(
                service, METHODID_LOG_OUTPUTS)))
        .addMethod(
          getLogStreamMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              dev.trackwell.v1.LogStreamRequest,
              dev.trackwell.v1.LogStreamResponse>(
                service, METHODID_LOG_STREAM)))
        .addMethod(
          getWatchMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              dev.trackwell.v1.WatchRequest,
              dev.trackwell.v1.WatchResponse>(
                service, METHODID_WATCH)))
        .build();
  }

  private static abstract class RunServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    RunServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.trackwell.v1.RunsProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("RunService");
    }
  }

  private static final class RunServiceFileDescriptorSupplier
      extends RunServiceBaseDescriptorSupplier {
    RunServiceFileDescriptorSupplier() {}
  }

  private static final class RunServiceMethodDescriptorSupplier
      extends RunServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    RunServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (RunServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new RunServiceFileDescriptorSupplier())
              .addMethod(getCreateRunMethod())
              .addMethod(getGetRunMethod())
              .addMethod(getUpdateRunMethod())
              .addMethod(getDeleteRunMethod())
              .addMethod(getRestoreRunMethod())
              .addMethod(getLogParamMethod())
              .addMethod(getSetTagMethod())
              .addMethod(getDeleteTagMethod())
              .addMethod(getLogBatchMethod())
              .addMethod(getSearchRunsMethod())
              .addMethod(getLogModelMethod())
              .addMethod(getLogInputsMethod())
              .addMethod(getLogOutputsMethod())
              .addMethod(getLogStreamMethod())
              .addMethod(getWatchMethod())
              .build();
        }
      }
    }
    return result;
  }
}
