namespace OpenClaw.Gateway.Core.Routing.Intents.Embeddings;

/// <summary>The server gave no embeddings. The message says why, for people; it holds no text of a message and no secret.</summary>
internal sealed class EmbeddingsFailedException : Exception
{
    public EmbeddingsFailedException(string message) : base(message) { }

    public EmbeddingsFailedException(string message, Exception inner) : base(message, inner) { }
}
