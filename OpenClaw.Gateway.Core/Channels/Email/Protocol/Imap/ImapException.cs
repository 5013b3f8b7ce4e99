namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>What kind of failure it is decides what to do about it.</summary>
internal enum ImapFailure
{
    /// <summary>No connection: the name, the port, or the way there. Try again.</summary>
    Unreachable,

    /// <summary>No encryption as demanded: not offered, no handshake, or a certificate that does not prove the name.</summary>
    Tls,

    /// <summary>The server does not take the credentials, or would see them unprotected. See <see cref="ImapException.IsTemporary"/>.</summary>
    Authentication,

    /// <summary>There is no such mailbox, or it cannot be opened.</summary>
    NoSuchMailbox,

    /// <summary>The mailbox may be read and not changed.</summary>
    ReadOnly,

    /// <summary>Too many connections, too much mail, or somebody else holds it.</summary>
    LimitReached,

    /// <summary>The server says no for another reason.</summary>
    Refused,

    /// <summary>The mail vanished while it was read.</summary>
    Gone,

    /// <summary>What came is not IMAP, or has no bounds.</summary>
    Protocol,

    /// <summary>The server fell silent or dawdles.</summary>
    TimedOut,

    /// <summary>The server hung up; with its reason if it gave one (BYE).</summary>
    Closed,
}

/// <summary>A failure of a mail server or on the way to it. Its message holds no address, link or credential, so it may be logged.</summary>
internal sealed class ImapException(ImapFailure failure, string message, ImapReply? reply = null, Exception? cause = null) : Exception(message, cause)
{
    public ImapFailure Failure { get; } = failure;

    /// <summary>What the server said; null when it said nothing to the point.</summary>
    public ImapReply? Reply { get; } = reply;

    /// <summary>The same may work later without anybody's doing.</summary>
    public bool IsTemporary => Failure switch
    {
        ImapFailure.Unreachable or ImapFailure.TimedOut or ImapFailure.Closed or ImapFailure.LimitReached or ImapFailure.Gone => true,
        ImapFailure.Authentication or ImapFailure.Refused => Reply?.Code is "UNAVAILABLE" or "INUSE" or "SERVERBUG" or "LIMIT",
        _ => false,
    };

    /// <summary>A command that the server did not carry out.</summary>
    /// <param name="reply">What it said.</param>
    /// <param name="usual">What a refusal of this command means when the server does not say.</param>
    /// <param name="what">Begins the sentence, such as "The mailbox cannot be opened".</param>
    public static ImapException Of(ImapReply reply, ImapFailure usual, string what)
    {
        var failure = reply switch
        {
            { IsLimit: true } => ImapFailure.LimitReached,
            { Code: "AUTHENTICATIONFAILED" or "AUTHORIZATIONFAILED" or "EXPIRED" or "PRIVACYREQUIRED" } => ImapFailure.Authentication,
            { Code: "NONEXISTENT" or "TRYCREATE" } => ImapFailure.NoSuchMailbox,
            { Code: "READ-ONLY" or "NOPERM" } when usual is ImapFailure.Refused => ImapFailure.ReadOnly,
            { Code: "UNAVAILABLE" or "SERVERBUG" or "CONTACTADMIN" } when usual is ImapFailure.NoSuchMailbox => ImapFailure.Refused,
            { Status: "BAD" } when usual is ImapFailure.NoSuchMailbox => ImapFailure.Refused,
            _ => usual,
        };
        return new(failure, $"{what}: the mail server answered {reply}", reply);
    }
}

/// <summary>An answer with a meaning of its own: <c>OK</c>, <c>NO</c>, <c>BAD</c> or <c>BYE</c>, its response code (RFC 5530) in capitals, its text.</summary>
internal sealed record ImapReply(string Status, string? Code, string CodeArguments, string Text)
{
    private static readonly string[] Limits = ["too many", "maximum number of", "exceeded", "over quota", "connection limit", "rate limit", "throttl"];

    public bool IsOk => Status == "OK";

    /// <summary>By code, or by the words of servers that know no codes.</summary>
    public bool IsLimit => Code is "OVERQUOTA" or "LIMIT" or "INUSE" || !IsOk && Code is not ("AUTHENTICATIONFAILED" or "AUTHORIZATIONFAILED" or "EXPIRED") && Limits.Any(l => Text.Contains(l, StringComparison.OrdinalIgnoreCase));

    /// <summary>For logs and people: without words that may be addresses, links or tokens.</summary>
    public override string ToString() =>
        string.Join(' ', ((string[])[Status, Code is null ? "" : $"[{Connecting.ServerText.Shown(Code)}]", Connecting.ServerText.Shown(Text)]).Where(p => p.Length > 0));
}
