# What the launchers share: the processes' environment and how Java is started. Sourced by ./upriver in the sources and by
# bin/upriver and bin/upriver-train in what is distributed. Needs a Java 17 or newer.

java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# On a terminal long work shows a bar; elsewhere it writes lines.
if [ -t 2 ]; then
  export UPRIVER_TERMINAL=1
fi

# Native memory: few arenas, or freed frames stay with threads that do not need them.
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}

# SVT-AV1 writes pages about itself otherwise.
export SVT_LOG=${SVT_LOG:-1}

# What newer Java versions want to be told about native code; older ones do not know the option.
native=()
if "$java" --enable-native-access=ALL-UNNAMED --version >/dev/null 2>&1; then
  native+=(--enable-native-access=ALL-UNNAMED)
fi

# Becomes the service's program. Takes the folder with quarkus-run.jar, then the program's arguments.
run_upriver() {
  local lib=$1
  shift
  # JavaCPP would refuse native memory once the process is twice the heap; frames and networks live there, not on the heap.
  # What the libraries have freed goes back to the system every ten seconds, by Java versions that know how (17.0.9, 21.0.1).
  exec "$java" "${native[@]}" -XX:+UseSerialGC -Xmx${UPRIVER_HEAP:-1g} \
    -XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=10000 \
    -Dorg.bytedeco.javacpp.maxBytes=0 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 \
    ${UPRIVER_JAVA_OPTIONS:-} -jar "$lib/quarkus-run.jar" "$@"
}

# Becomes the trainer. Takes its class path, then its arguments.
run_trainer() {
  local class_path=$1
  shift
  # Big temporaries stay with the process: half the time of a training step otherwise goes into mapping memory.
  export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=268435456
  # -Xrs: Ctrl-C ends the process at once. Its files are whole at any time, and ONNX Runtime crashes when it is closed at work.
  exec "$java" -Xrs "${native[@]}" ${UPRIVER_JAVA_OPTIONS:-} -cp "$class_path" io.upriver.train.TrainMain "$@"
}
