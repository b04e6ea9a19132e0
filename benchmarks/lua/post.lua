-- Load for wrk: POSTs one body again and again, each time with fresh numbers in it.
-- Arguments: PATH BODY_FILE. In the body "@N@" becomes a number that no request used before, and
-- "@T@" a fresh timestamp in milliseconds.

local counter, base

function setup(thread)
  index = (index or 0) + 1
  thread:set("thread_index", index)
end

function init(args)
  path = args[1]
  local file = assert(io.open(args[2], "rb"))
  body = file:read("*a")
  file:close()
  counter = thread_index * 100000000
  base = os.time() * 1000
  headers = { ["Content-Type"] = "application/json" }
end

function request()
  counter = counter + 1
  local fresh = body:gsub("@([NT])@", function(kind)
    if kind == "N" then return tostring(counter) end
    return tostring(base + counter % 100000000)
  end)
  return wrk.format("POST", path, headers, fresh)
end

function done(summary, latency, requests)
  io.write(string.format("RESULT requests=%d duration_us=%d errors=%d non2xx=%d p50_us=%d p99_us=%d\n",
    summary.requests, summary.duration,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.errors.status, latency:percentile(50), latency:percentile(99)))
end
