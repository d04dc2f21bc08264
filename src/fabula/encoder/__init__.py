"""One encoder reads the text once; light heads label words and spans. ONNX files in, no torch, no network. It knows no story."""
