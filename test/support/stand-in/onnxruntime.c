/*
 * A stand-in for libonnxruntime.so.1: the functions of the C API that Bonewatch calls, at the positions of
 * onnxruntime_c_api.h, for the single model of test/fixtures/tiny-model. It records its calls in `record.txt` in its
 * own folder, writes and reads engine files as the TensorRT execution provider does, and fails as `behaviour.txt` in
 * its own folder lists (one behaviour a line, read at every call).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CELLS 64
#define SIDE 64
#define LAST 412
#ifndef MINOR
#define MINOR 24
#endif
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

enum provider { CPU, TENSORRT, CUDA };
static const char *const PROVIDERS[] = {"CPUExecutionProvider", "TensorrtExecutionProvider", "CUDAExecutionProvider"};
static const char *const WORDS[] = {"cpu", "tensorrt", "cuda"};

typedef struct { int code; char text[512]; } Status;
typedef struct { int count; char keys[32][64]; char values[32][512]; } Options;
typedef struct { enum provider provider; Options given, config; char profile[600]; } Session;
typedef struct { float *data; int owned; int64_t dims[4]; int rank; } Value;

static void in_own_folder(char *path, size_t size, const char *name) {
  Dl_info info;
  char file[400];
  dladdr((void *)in_own_folder, &info);
  snprintf(file, sizeof file, "%s", info.dli_fname);
  snprintf(path, size, "%s/%s", dirname(file), name);
}

static void record(const char *format, ...) {
  char path[512];
  in_own_folder(path, sizeof path, "record.txt");
  FILE *file = fopen(path, "a");
  if (!file) return;
  va_list values;
  va_start(values, format);
  vfprintf(file, format, values);
  va_end(values);
  fputc('\n', file);
  fclose(file);
}

/* Whether behaviour.txt lists `what-provider`. */
static int shall(const char *what, enum provider provider) {
  char path[512], line[128], wanted[128];
  snprintf(wanted, sizeof wanted, "%s-%s", what, WORDS[provider]);
  in_own_folder(path, sizeof path, "behaviour.txt");
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  int found = 0;
  while (fscanf(file, "%127s", line) == 1) found |= strcmp(line, wanted) == 0;
  fclose(file);
  return found;
}

static void misbehave(const char *when, enum provider provider) {
  char what[64];
  snprintf(what, sizeof what, "hang-%s", when);
  while (shall(what, provider)) usleep(20000);
  snprintf(what, sizeof what, "abort-%s", when);
  if (shall(what, provider)) abort();
}

static Status *fail(const char *format, ...) {
  Status *status = calloc(1, sizeof *status);
  status->code = 1;
  va_list values;
  va_start(values, format);
  vsnprintf(status->text, sizeof status->text, format, values);
  va_end(values);
  return status;
}

static Status *CreateStatus(int code, const char *text) {
  Status *status = fail("%s", text);
  status->code = code;
  return status;
}
static int GetErrorCode(const Status *status) { return status->code; }
static const char *GetErrorMessage(const Status *status) { return status->text; }
static const char *GetBuildInfoString(void) { return "ORT Build Info: a stand-in for tests"; }

static Status *CreateEnv(int level, const char *id, void **out) {
  (void)level, (void)id;
  *out = malloc(1);
  return NULL;
}

static void set(Options *options, const char *key, const char *value) {
  int at = 0;
  while (at < options->count && strcmp(options->keys[at], key) != 0) at++;
  if (at == options->count) options->count++;
  snprintf(options->keys[at], sizeof options->keys[at], "%s", key);
  snprintf(options->values[at], sizeof options->values[at], "%s", value);
}
static const char *get(const Options *options, const char *key) {
  for (int at = 0; at < options->count; at++)
    if (strcmp(options->keys[at], key) == 0) return options->values[at];
  return NULL;
}

static Status *CreateSessionOptions(Session **out) {
  *out = calloc(1, sizeof **out);
  return NULL;
}
static Status *SetNumber(Session *options, int number) {
  (void)options, (void)number;
  return NULL;
}
static Status *AddSessionConfigEntry(Session *options, const char *key, const char *value) {
  set(&options->config, key, value);
  return NULL;
}
static Status *GetSessionConfigEntry(Session *options, const char *key, char *text, size_t *size) {
  const char *value = get(&options->config, key);
  if (!value) return fail("no such entry");
  *size = strlen(value) + 1;
  if (text) memcpy(text, value, *size);
  return NULL;
}

static Status *GetAvailableProviders(char ***out, int *count) {
  char **names = calloc(3, sizeof *names);
  *count = 0;
  for (int provider = TENSORRT; provider <= CUDA; provider++)
    if (!shall("without", provider)) names[(*count)++] = strdup(PROVIDERS[provider]);
  names[(*count)++] = strdup(PROVIDERS[CPU]);
  *out = names;
  return NULL;
}
static Status *ReleaseAvailableProviders(char **names, int count) {
  for (int at = 0; at < count; at++) free(names[at]);
  free(names);
  return NULL;
}

static Status *CreateProviderOptions(Options **out) {
  *out = calloc(1, sizeof **out);
  return NULL;
}
static Status *update(enum provider provider, Options *options, const char **keys, const char **values, size_t count) {
  if (shall("missing", provider))
    return fail("/src/provider_bridge_ort.cc:1988 Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library "
                "libonnxruntime_providers_%s.so with error: libnvinfer.so.10: cannot open shared object file: "
                "No such file or directory\n", WORDS[provider]);
  /* The words of ONNX Runtime 1.31.1, whose providers ask for the device while they read their options. */
  if (shall("away", provider))
    return fail("provider_options_utils.h:187 Parse Failed to parse provider option \"device_id\": CUDA failure 100: "
                "no CUDA-capable device is detected ; GPU=-1 ; hostname=board ; file=/onnxruntime_src/%s_info.cc ; line=81 ; "
                "expr=cudaGetDeviceCount(&num_devices);", WORDS[provider]);
  for (size_t at = 0; at < count; at++) {
    if (!*values[at]) return fail("option %s is empty", keys[at]);
    record("%s %s=%s", WORDS[provider], keys[at], values[at]);
    set(options, keys[at], values[at]);
  }
  if (shall("other-options", provider)) set(options, "trt_fp16_enable", "0");
  return NULL;
}
static Status *UpdateTensorRT(Options *options, const char **keys, const char **values, size_t count) {
  return update(TENSORRT, options, keys, values, count);
}
static Status *UpdateCuda(Options *options, const char **keys, const char **values, size_t count) {
  return update(CUDA, options, keys, values, count);
}
static Status *OptionsAsString(Options *options, void *allocator, char **out) {
  (void)allocator;
  *out = calloc(1, 16384);
  for (int at = 0; at < options->count; at++)
    sprintf(*out + strlen(*out), "%s=%s;", options->keys[at], options->values[at]);
  strcat(*out, "has_user_compute_stream=0");
  return NULL;
}
static Status *AppendTensorRT(Session *session, Options *options) {
  session->provider = TENSORRT;
  session->given = *options;
  return NULL;
}
static Status *AppendCuda(Session *session, Options *options) {
  session->provider = CUDA;
  session->given = *options;
  return NULL;
}

/* As the TensorRT execution provider: an existing engine is read, a missing one is built and written. */
static Status *useEngine(const Session *options) {
  const char *folder = get(&options->given, "trt_engine_cache_path"), *prefix = get(&options->given, "trt_engine_cache_prefix");
  char path[900], content[64] = "";
  snprintf(path, sizeof path, "%s/%s_TRTKernel_graph_white-squares_0_0_fp16_sm87.engine", folder ? folder : ".", prefix ? prefix : "x");
  FILE *file = fopen(path, "r");
  if (file) {
    size_t read = fread(content, 1, sizeof content - 1, file);
    fclose(file);
    if (read == 0 || strncmp(content, "engine", 6) != 0)
      return fail("TensorRT EP could not deserialize engine from cache: %s", path);
    record("engine read");
    return NULL;
  }
  record("engine build begins");
  misbehave("build", TENSORRT);
  if (shall("throw-build", TENSORRT)) return fail("TensorRT EP failed to create engine from network for fused node: out of memory");
  file = fopen(path, "w");
  if (!file) return fail("cannot write %s", path);
  fputs("engine of the stand-in\n", file);
  fclose(file);
  record("engine written");
  return NULL;
}

static Status *CreateSession(void *environment, const char *model, Session *options, Session **out) {
  (void)environment;
  if (access(model, R_OK) != 0) return fail("Load model from %s failed: File doesn't exist", model);
  misbehave("load", options->provider);
  if (shall("throw-load", options->provider)) return fail("CUDA failure 999: unknown error ; GPU=0");
  if (options->provider == TENSORRT) {
    Status *status = useEngine(options);
    if (status) return status;
  }
  *out = malloc(sizeof **out);
  **out = *options;
  record("session %s", WORDS[options->provider]);
  return NULL;
}
static Status *One(Session *session, size_t *count) {
  (void)session;
  *count = 1;
  return NULL;
}
static Status *InputName(Session *session, size_t index, void *allocator, char **out) {
  (void)session, (void)index, (void)allocator;
  *out = strdup("images");
  return NULL;
}
static Status *OutputName(Session *session, size_t index, void *allocator, char **out) {
  (void)session, (void)index, (void)allocator;
  *out = strdup("output0");
  return NULL;
}
static Status *AllocatorFree(void *allocator, void *pointer) {
  (void)allocator;
  free(pointer);
  return NULL;
}
static Status *Nothing(void **out) {
  *out = malloc(1);
  return NULL;
}
static Status *DefaultAllocator(void **out) {
  static char allocator;
  *out = &allocator;
  return NULL;
}
static Status *CpuMemory(int allocator, int memory, void **out) {
  (void)allocator, (void)memory;
  return Nothing(out);
}

static Status *CreateTensor(void *memory, float *data, size_t bytes, const int64_t *dims, size_t rank, int type, Value **out) {
  (void)memory, (void)bytes;
  if (type != 1 || rank != 4) return fail("a float tensor of rank 4 is expected");
  *out = calloc(1, sizeof **out);
  (*out)->data = data;
  (*out)->rank = 4;
  memcpy((*out)->dims, dims, 4 * sizeof *dims);
  return NULL;
}

static Status *Run(Session *session, void *options, const char **inNames, Value **ins, size_t inCount, const char **outNames,
                   size_t outCount, Value **outs) {
  (void)options;
  if (inCount != 1 || outCount != 1 || strcmp(inNames[0], "images") || strcmp(outNames[0], "output0"))
    return fail("Invalid Feed Input Name");
  if (ins[0]->dims[2] != SIDE || ins[0]->dims[3] != SIDE) return fail("Got invalid dimensions for input");
  misbehave("run", session->provider);
  if (shall("throw-run", session->provider)) return fail("CUDA failure 719: unspecified launch failure ; GPU=0");
  float shift = shall("wrong", session->provider) ? 16.0f : 0.0f;
  Value *value = calloc(1, sizeof *value);
  value->owned = 1;
  value->rank = 3;
  value->dims[0] = 1, value->dims[1] = 5, value->dims[2] = CELLS;
  value->data = calloc(5 * CELLS, sizeof *value->data);
  for (int cell = 0; cell < CELLS; cell++) {
    int left = (cell % 8) * 8, top = (cell / 8) * 8;
    float sum = 0;
    for (int y = 0; y < 8; y++)
      for (int x = 0; x < 8; x++) sum += ins[0]->data[(top + y) * SIDE + left + x];
    float row[5] = {left + 4 + shift, top + 4, 8, 8, sum / 64};
    for (int at = 0; at < 5; at++) value->data[at * CELLS + cell] = row[at];
  }
  outs[0] = value;
  return NULL;
}
static Status *GetData(Value *value, float **out) {
  *out = value->data;
  return NULL;
}
static Status *GetShape(Value *value, Value **out) {
  *out = malloc(sizeof **out);
  **out = *value;
  (*out)->owned = 0;
  return NULL;
}
static Status *GetType(Value *shape, int *out) {
  (void)shape;
  *out = 1;
  return NULL;
}
static Status *GetRank(Value *shape, size_t *out) {
  *out = shape->rank;
  return NULL;
}
static Status *GetDims(Value *shape, int64_t *dims, size_t rank) {
  memcpy(dims, shape->dims, rank * sizeof *dims);
  return NULL;
}
static void ReleaseValue(Value *value) {
  if (value->owned) free(value->data);
  free(value);
}

/* One subgraph per execution provider; `none-tensorrt` assigns the whole model to the CPU. */
static Status *GetAssignment(Session *session, Session ***out, size_t *count) {
  static Session *subgraphs[1], onCpu;
  subgraphs[0] = shall("none", session->provider) ? &onCpu : session;
  *out = subgraphs;
  *count = 1;
  return NULL;
}
static Status *GetEpName(Session *subgraph, const char **out) {
  *out = PROVIDERS[subgraph->provider];
  return NULL;
}
static Status *GetNodes(Session *subgraph, const char ***out, size_t *count) {
  static const char *nodes[] = {"AveragePool", "Reshape", "Concat"};
  (void)subgraph;
  *out = nodes;
  *count = 3;
  return NULL;
}
static Status *GetOperator(const char *node, const char **out) {
  *out = node;
  return NULL;
}

static Status *EnableProfiling(Session *options, const char *prefix) {
  snprintf(options->profile, sizeof options->profile, "%s", prefix);
  return NULL;
}
/* In the format of ONNX Runtime: one event for every node that ran, among others. */
static Status *EndProfiling(Session *session, void *allocator, char **out) {
  (void)allocator;
  *out = calloc(1, sizeof session->profile + 8);
  sprintf(*out, "%s_1.json", session->profile);
  FILE *file = fopen(*out, "w");
  if (!file) return fail("cannot write %s", *out);
  fprintf(file, "[{\"cat\" : \"Session\",\"name\" :\"model_run\",\"args\" : {}},\n{\"cat\" : \"Node\",\"name\" :\"Concat_kernel_time\","
                "\"args\" : {\"op_name\" : \"Concat\",\"provider\" : \"%s\"}}\n]\n",
          PROVIDERS[shall("none", session->provider) ? CPU : session->provider]);
  fclose(file);
  return NULL;
}

static void unexpected(void) {
  fputs("the stand-in was called at a position it does not know\n", stderr);
  abort();
}

static void *table[LAST + 1];

static void *GetApi(uint32_t version) {
  if (version > MINOR) return NULL;
  for (int at = 0; at <= LAST; at++) table[at] = (void *)unexpected;
  table[0] = CreateStatus, table[1] = GetErrorCode, table[2] = GetErrorMessage, table[3] = CreateEnv;
  table[7] = CreateSession, table[9] = Run, table[10] = CreateSessionOptions;
  table[22] = SetNumber, table[24] = SetNumber, table[30] = One, table[31] = One;
  table[36] = InputName, table[37] = OutputName, table[49] = CreateTensor, table[51] = GetData;
  table[60] = GetType, table[61] = GetRank, table[62] = GetDims, table[65] = GetShape, table[69] = CpuMemory;
  table[76] = AllocatorFree, table[78] = DefaultAllocator;
  table[92] = free, table[93] = free, table[94] = free, table[95] = free, table[96] = ReleaseValue;
  table[99] = free, table[100] = free, table[125] = GetAvailableProviders, table[126] = ReleaseAvailableProviders;
  table[130] = AddSessionConfigEntry, table[238] = GetSessionConfigEntry;
  table[170] = AppendTensorRT, table[171] = CreateProviderOptions, table[172] = UpdateTensorRT;
  table[173] = OptionsAsString, table[174] = free;
  table[204] = AppendCuda, table[205] = CreateProviderOptions, table[206] = UpdateCuda;
  table[207] = OptionsAsString, table[208] = free, table[254] = GetBuildInfoString;
  table[14] = EnableProfiling, table[110] = EndProfiling;
  /* Before 1.24 the table ends here; what lies behind it is none of its business. */
  if (MINOR < 24) {
    for (int at = 300; at <= LAST; at++) table[at] = NULL;
    return table;
  }
  table[407] = GetAssignment, table[408] = GetEpName, table[409] = GetNodes, table[412] = GetOperator;
  return table;
}
static const char *GetVersionString(void) { return "1." TEXT(MINOR) ".0"; }

const void *OrtGetApiBase(void) {
  static void *base[] = {(void *)GetApi, (void *)GetVersionString};
  return base;
}
