using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Content;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

/// <summary>
/// Reads a mail (RFC 5322, 2045, 2046) forwards from a stream, part after part, in a window of bounded size. Whatever
/// is broken but can be read is read; a limit that is gone over throws <see cref="MailLimitException"/>. The stream stays the caller's.
/// </summary>
/// <example><code>
/// using var reader = new MailReader(source, MailLimits.Default);
/// var header = await reader.ReadHeaderAsync(ct);
/// while (await reader.NextPartAsync(ct) is { } part) { … part.Content … }
/// </code></example>
internal sealed class MailReader : IDisposable
{
    private readonly MailLimits _limits;
    private readonly MailSource _source;
    private readonly Boundaries _boundaries = new();
    private readonly PartScanner _scanner;
    private readonly HeaderReader _headers;
    private MailHeader? _header;
    private MailContainer? _container;
    private PartStream? _content;
    private int _parts;
    private bool _started;
    private bool _ended;

    public MailReader(Stream source, MailLimits limits)
    {
        _limits = limits;
        _source = new(source, limits);
        _scanner = new(_source, _boundaries);
        _headers = new(_source, _boundaries, limits);
    }

    /// <summary>The header of the mail; the same again when asked again.</summary>
    public async ValueTask<MailHeader> ReadHeaderAsync(CancellationToken cancellationToken) =>
        _header ??= await _headers.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The next part that is no multipart; null after the last. What was not read of the one before is skipped.</summary>
    public async ValueTask<MailPart?> NextPartAsync(CancellationToken cancellationToken)
    {
        if (_ended) return null;
        if (!_started)
        {
            var root = await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            _started = true;
            if (await OpenAsync(root, cancellationToken).ConfigureAwait(false) is { } whole) return whole;
        }

        _content?.Close();
        _content = null;
        while (await NextEntityAsync(cancellationToken).ConfigureAwait(false))
        {
            var entity = await _headers.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (await OpenAsync(entity, cancellationToken).ConfigureAwait(false) is { } part) return part;
        }

        _ended = true;
        return null;
    }

    public void Dispose()
    {
        _content?.Close();
        _source.Dispose();
    }

    /// <summary>Goes to the header of the next part, out of the multiparts that end before it.</summary>
    private async ValueTask<bool> NextEntityAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _scanner.SkipAsync(cancellationToken).ConfigureAwait(false) is not { } delimiter) return false;
            while (_container is not null && _container.Boundary != delimiter.Level) _container = _container.Parent;
            if (!delimiter.Closes)
            {
                _boundaries.Truncate(delimiter.Level + 1);
                return true;
            }

            _container = _container?.Parent;
            _boundaries.Truncate(delimiter.Level);
            _scanner.Begin(); // what follows is the epilogue
        }
    }

    /// <summary>Begins what the header announces. A part that is content is returned; a multipart leads to its first delimiter.</summary>
    private async ValueTask<MailPart?> OpenAsync(MailHeader entity, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (++_parts > _limits.Parts) throw new MailLimitException(MailLimit.Parts, _limits.Parts);
            var index = _container is null ? 0 : _container.Parts++;
            var type = TypeOf(entity);
            var recovered = false;
            if (type.StartsWith("multipart/", StringComparison.Ordinal))
            {
                _scanner.Begin();
                if (await PushMultipartAsync(entity, type, index, cancellationToken).ConfigureAwait(false)) return null;
                recovered = true;
            }
            else if (IsShownMessage(entity, type))
            {
                var path = PathOf(index);
                entity = await _headers.ReadAsync(cancellationToken).ConfigureAwait(false);
                Enter(new(MailContainerKind.Message, type, entity, _container, path, Depth));
                continue;
            }

            _scanner.Begin();
            _content = new(_scanner, TransferDecoder.For(recovered ? null : entity.Raw("Content-Transfer-Encoding")));
            return new(entity, recovered ? "text/plain" : type, _container, PathOf(index), index, recovered, _content);
        }
    }

    private int Depth => _container is null ? 0 : _container.Depth + 1;

    /// <summary>Makes the boundary known; false when the mail names none and shows none.</summary>
    private async ValueTask<bool> PushMultipartAsync(MailHeader entity, string type, int index, CancellationToken cancellationToken)
    {
        var named = entity.ContentType["boundary"]?.TrimEnd();
        if (named?.Length > _limits.BoundaryLength) throw new MailLimitException(MailLimit.BoundaryLength, _limits.BoundaryLength);
        var seen = await BoundarySniffer.LookAsync(_source, _boundaries, named, _limits.BoundaryLength, cancellationToken).ConfigureAwait(false);
        if (seen is null && _container is null) return false; // the whole mail: better its text than nothing
        if ((seen ?? named) is not { Length: > 0 } boundary) return false;
        Enter(new(MailContainer.KindOf(type), type, entity, _container, index == 0 && _container is null or { Kind: MailContainerKind.Message } ? _container?.Path ?? "" : PathOf(index), Depth) { Boundary = _boundaries.Count });
        _boundaries.Push(boundary);
        return true;
    }

    private void Enter(MailContainer inner)
    {
        if (inner.Depth >= _limits.Depth) throw new MailLimitException(MailLimit.Depth, _limits.Depth);
        _container = inner;
    }

    private string PathOf(int index) => _container is null or { Path: "" } ? FormattableString.Invariant($"{index + 1}") : FormattableString.Invariant($"{_container.Path}.{index + 1}");

    private string TypeOf(MailHeader entity)
    {
        var type = entity.ContentType.Value;
        if (type.Length == 0) return _container?.Kind == MailContainerKind.Digest && !entity.Has("Content-Type") ? "message/rfc822" : "text/plain";
        if (type is "text" or "text/") return "text/plain";
        return type.Contains('/', StringComparison.Ordinal) ? type : type is "html" ? "text/html" : "application/octet-stream";
    }

    /// <summary>A forwarded message that its sender wants shown, or one of a digest. All others are files, and so is what a report brings back.</summary>
    private bool IsShownMessage(MailHeader entity, string type) =>
        type == "message/rfc822" && (entity.ContentDisposition.Value == "inline" || _container?.Kind == MailContainerKind.Digest && entity.ContentDisposition.Value.Length == 0)
        && entity.ContentDisposition["filename"] is null && _container?.Nearest(MailContainerKind.Report) is null && TransferDecoder.IsIdentity(entity.Raw("Content-Transfer-Encoding"));
}
