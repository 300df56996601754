/*
 * The part of NVIDIA's libraries that the providers of a real ONNX Runtime need to load and to read their
 * options on a machine without a GPU: libnvinfer, libnvonnxparser, the driver, and one device.
 */
static void *nothing(void *self, int *count) {
  (void)self;
  if (count) *count = 0;
  return 0;
}
static void *methods[64];
static void **registry[1];

void *getPluginRegistry(void) {
  for (int at = 0; at < 64; at++) methods[at] = (void *)nothing;
  registry[0] = methods;
  return registry;
}
int getInferLibVersion(void) { return 101600; }
void *createInferBuilder_INTERNAL(void) { return 0; }
void *createInferRefitter_INTERNAL(void) { return 0; }
void *createInferRuntime_INTERNAL(void) { return 0; }
void *createNvOnnxParser_INTERNAL(void) { return 0; }
void *createNvOnnxParserRefitter_INTERNAL(void) { return 0; }
int initLibNvInferPlugins(void) { return 1; }
int cuTensorMapEncodeTiled(void) { return 100; }
int cudaGetDeviceCount(int *count) {
  *count = 1;
  return 0;
}
