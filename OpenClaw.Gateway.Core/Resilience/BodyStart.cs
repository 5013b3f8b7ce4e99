namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>Reads the beginning of a body that is only shown to people.</summary>
internal static class BodyStart
{
    /// <summary>As much as an excerpt shows, or what came before the body broke off or time ran out.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var start = new byte[Excerpt.Bytes + 1];
        var length = 0;
        try
        {
            while (length < start.Length && await body.ReadAsync(start.AsMemory(length), cancellationToken).ConfigureAwait(false) is var read and > 0) length += read;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // what is known (the status) matters more than how the rest of the body was lost
        }

        return start.AsMemory(0, length);
    }
}
