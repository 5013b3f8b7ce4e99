using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>A web client that asks one question at a time and notes when the first piece of the answer came, and when all of it was there.</summary>
internal sealed class StreamSession(int number) : IWireHandler, IDisposable
{
    private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<StreamedAnswer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Wire? _wire;
    private long _asked;
    private long _first;
    private int _pieces;
    private int _asks;

    /// <summary>Connects to the channel and waits for its welcome.</summary>
    public async Task ConnectAsync(LoadTarget target, CancellationToken cancellationToken)
    {
        _wire = await Wire.ConnectAsync(target.Server, target.Path, "openclaw.v1", this, cancellationToken);
        _wire.Start();
        await _welcomed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Asks, and waits for the whole answer.</summary>
    public async Task<StreamedAnswer> AskAsync(CancellationToken cancellationToken)
    {
        _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (_first, _pieces) = (0, 0);
        _asked = Stopwatch.GetTimestamp();
        _wire!.Send(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"message\",\"id\":\"{number}-{_asks++}\",\"text\":\"What is the answer?\"}}")));
        return await _answered.Task.WaitAsync(cancellationToken);
    }

    public void OnText(Wire wire, ReadOnlySpan<byte> payload)
    {
        var frame = ServerFrame.Parse(payload);
        if (frame.Type.SequenceEqual("delta"u8))
        {
            if (frame.Text.Length > 0 && _pieces++ == 0) _first = Stopwatch.GetTimestamp();
        }
        else if (frame.Type.SequenceEqual("message"u8))
        {
            var now = Stopwatch.GetTimestamp();
            _answered.TrySetResult(new(_first == 0 ? TimeSpan.MaxValue : Stopwatch.GetElapsedTime(_asked, _first), Stopwatch.GetElapsedTime(_asked, now), _pieces, Encoding.UTF8.GetString(frame.Text)));
        }
        else if (frame.Type.SequenceEqual("welcome"u8))
        {
            _welcomed.TrySetResult();
        }
        else if (frame.Type.SequenceEqual("error"u8))
        {
            _answered.TrySetException(new IOException($"The gateway refused the message: {Encoding.UTF8.GetString(frame.Code)}."));
        }
    }

    public void OnClosed(Wire wire)
    {
        IOException lost = new("The connection ended.");
        _welcomed.TrySetException(lost);
        _answered.TrySetException(lost);
    }

    public void Dispose() => _wire?.Dispose();
}

/// <summary>An answer as a client saw it come.</summary>
/// <param name="FirstToken">From the question to the first piece; <see cref="TimeSpan.MaxValue"/> when none came before the whole.</param>
/// <param name="Whole">From the question to the end.</param>
/// <param name="Pieces">Pieces that came.</param>
/// <param name="Text">The whole text.</param>
internal sealed record StreamedAnswer(TimeSpan FirstToken, TimeSpan Whole, int Pieces, string Text);
