-- Load for wrk with one connection: creates a run, then logs 10 params, 10 metrics and 5 tags to it.
-- Arguments: EXPERIMENT_ID. Two requests make one run.

function init(args)
  experiment_id = args[1]
  headers = { ["Content-Type"] = "application/json" }
  run_id = nil
  local parts = {}
  for i = 1, 10 do
    parts[#parts + 1] = string.format('{"key":"p%d","value":"%d"}', i, i)
  end
  params = table.concat(parts, ",")
  parts = {}
  for i = 1, 10 do
    parts[#parts + 1] = string.format('{"key":"m%d","value":%d.5,"timestamp":1700000000000,"step":1}', i, i)
  end
  metrics = table.concat(parts, ",")
  parts = {}
  for i = 1, 5 do
    parts[#parts + 1] = string.format('{"key":"t%d","value":"v%d"}', i, i)
  end
  tags = table.concat(parts, ",")
end

function request()
  if run_id == nil then
    return wrk.format("POST", "/api/2.0/mlflow/runs/create", headers,
      '{"experiment_id":"' .. experiment_id .. '","start_time":1700000000000,"tags":[{"key":"mlflow.user","value":"b"}]}')
  end
  local body = '{"run_id":"' .. run_id .. '","params":[' .. params .. '],"metrics":[' .. metrics .. '],"tags":[' .. tags .. "]}"
  run_id = nil
  return wrk.format("POST", "/api/2.0/mlflow/runs/log-batch", headers, body)
end

function response(status, headers, body)
  run_id = body:match('"run_id"%s*:%s*"([0-9a-zA-Z_-]+)"')
end

function done(summary, latency, requests)
  io.write(string.format("RESULT requests=%d duration_us=%d errors=%d non2xx=%d p50_us=%d p99_us=%d\n",
    summary.requests, summary.duration,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.errors.status, latency:percentile(50), latency:percentile(99)))
end
