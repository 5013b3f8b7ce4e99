using System.Buffers.Text;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>
/// Reads answers from a stream, within bounds. The content of a mail goes into the window if there is one; it is never part of the
/// answer. Throws <see cref="EndOfStreamException"/> and <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class ImapReader(Stream stream, TimeSpan silence, TimeProvider time) : IDisposable
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly CancellationTokenSource _silent = new(Timeout.InfiniteTimeSpan, time);
    private readonly List<ImapLiteral> _literals = [];
    private byte[] _text = new byte[512];
    private int _length;
    private int _start;
    private int _end;
    private bool _inside;

    /// <summary>Ends a read when the server stops in the middle of an answer.</summary>
    public CancellationToken Silent => _silent.Token;

    /// <summary>When bytes last came.</summary>
    public DateTimeOffset LastHeard { get; private set; }

    public void Dispose() => _silent.Dispose();

    public async ValueTask<ImapAnswer> ReadAsync(ImapWindow? window, CancellationToken cancellationToken)
    {
        _literals.Clear();
        _length = 0;
        if (_text.Length > ImapBounds.Text) _text = new byte[512];
        _inside = false;
        for (var empty = 0; _length == 0; empty++)
        {
            if (empty > ImapBounds.EmptyLines) throw new InvalidDataException("nothing but empty lines");
            await AppendLineAsync(cancellationToken);
        }

        var from = 0;
        long literals = 0;
        while (!(from == 0 && ImapParser.IsStatus(_text.AsSpan(0, _length))) && TryCutLiteral(from, out var announced))
        {
            from = _length;
            if (window is not null && IsContent(_text.AsSpan(0, _length), out var origin)) await FillAsync(window, announced, origin, cancellationToken);
            else if (announced > ImapBounds.Literals - literals) throw new InvalidDataException("a literal that is too long");
            else
            {
                var bytes = new byte[(int)announced];
                await CopyAsync(bytes, cancellationToken);
                _literals.Add(new(from, bytes));
                literals += announced + 1_024; // each costs something, even an empty one
            }

            await AppendLineAsync(cancellationToken);
        }

        return ImapParser.Parse(_text.AsSpan(0, _length), _literals);
    }

    private async ValueTask FillAsync(ImapWindow window, long announced, long? origin, CancellationToken cancellationToken)
    {
        if (announced > ImapBounds.Content) throw new InvalidDataException("a mail without end");
        if (origin is { } given && given != window.Offset) throw new InvalidDataException("another part of a mail than was asked for");
        _literals.Add(new(_length, null));
        var skip = window.IsFilled ? announced : origin is null ? Math.Min(window.Offset, announced) : 0;
        await SkipAsync(skip, cancellationToken);
        if (window.IsFilled) return; // a second content in one answer is nobody's
        var rest = announced - skip;
        var target = window.Take(rest);
        await CopyAsync(target, cancellationToken);
        await SkipAsync(rest - target.Length, cancellationToken);
    }

    /// <summary>Whether the text ends with <c>BODY[…]</c> or <c>BODY[…]&lt;origin&gt;</c> or the like.</summary>
    private static bool IsContent(ReadOnlySpan<byte> text, out long? origin)
    {
        origin = null;
        text = text.TrimEnd(" \t"u8);
        if (text.EndsWith(">"u8))
        {
            var open = text.LastIndexOf((byte)'<');
            if (open < 0 || !Utf8Parser.TryParse(text[(open + 1)..^1], out long start, out var used) || used != text.Length - open - 2) return false;
            origin = start;
            text = text[..open];
        }

        if (text.EndsWith("]"u8)) return EndsWith(text[..(text.LastIndexOf((byte)'[') is var at and >= 0 ? at : 0)], "BODY"u8);
        return origin is null && (EndsWith(text, "RFC822"u8) || EndsWith(text, "RFC822.HEADER"u8));
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[^word.Length..], word);

    /// <summary>Takes <c>{123}</c> from the end of the text; also <c>{123+}</c> and <c>~{123}</c>.</summary>
    private bool TryCutLiteral(int from, out long length)
    {
        length = 0;
        var text = _text.AsSpan(from, _length - from);
        if (!text.EndsWith("}"u8)) return false;
        var open = text.LastIndexOf((byte)'{');
        if (open < 0) return false;
        var digits = text[(open + 1)..^1].TrimEnd("+-"u8);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        if (digits.Length > 18 || !Utf8Parser.TryParse(digits, out length, out _)) throw new InvalidDataException("a literal without end");
        _length = from + (open > 0 && text[open - 1] == '~' ? open - 1 : open);
        return true;
    }

    /// <summary>Appends what stands before the next line end, be it CRLF or LF.</summary>
    private async ValueTask AppendLineAsync(CancellationToken cancellationToken)
    {
        var from = _length;
        while (true)
        {
            if (_start == _end) await ReceiveAsync(cancellationToken);
            _inside = true;
            var rest = _buffer.AsMemory(_start, _end - _start);
            var lf = rest.Span.IndexOf((byte)'\n');
            var piece = lf < 0 ? rest : rest[..lf];
            Append(piece.Span);
            _start += lf < 0 ? piece.Length : lf + 1;
            if (lf < 0) continue;
            if (_length > from && _text[_length - 1] == '\r') _length--;
            return;
        }
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        var length = _length + piece.Length;
        if (length > ImapBounds.Text && (length > ImapBounds.Search || !ImapParser.IsSearch(_text.AsSpan(0, _length))))
            throw new InvalidDataException("a line that is too long");
        if (length > _text.Length) Array.Resize(ref _text, Math.Max(length, _text.Length * 2));
        piece.CopyTo(_text.AsSpan(_length));
        _length = length;
    }

    private async ValueTask CopyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (!target.IsEmpty)
        {
            if (_start == _end && target.Length >= _buffer.Length)
            {
                target = target[await ReceiveAsync(target, cancellationToken)..];
                continue;
            }

            if (_start == _end) await ReceiveAsync(cancellationToken);
            var piece = _buffer.AsMemory(_start, Math.Min(target.Length, _end - _start));
            piece.CopyTo(target);
            target = target[piece.Length..];
            _start += piece.Length;
        }
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end) await ReceiveAsync(cancellationToken);
            var piece = (int)Math.Min(count, _end - _start);
            _start += piece;
            count -= piece;
        }
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        _start = _end = 0;
        _end = await ReceiveAsync(_buffer, cancellationToken);
    }

    /// <summary>The clock of silence runs only in the middle of an answer: before it a server may think.</summary>
    private async ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        var reading = stream.ReadAsync(target, cancellationToken);
        int read;
        if (reading.IsCompleted || !_inside) read = await reading;
        else
        {
            _silent.CancelAfter(silence);
            read = await reading;
            _silent.CancelAfter(Timeout.InfiniteTimeSpan);
        }

        if (read == 0) throw new EndOfStreamException("the server hung up");
        LastHeard = time.GetUtcNow();
        return read;
    }
}
