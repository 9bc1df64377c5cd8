//! The pipeline from arguments to results: the one public interface.
