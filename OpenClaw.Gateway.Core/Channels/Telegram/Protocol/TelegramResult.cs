using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>What went wrong, as far as the gateway does something about it.</summary>
internal enum TelegramTrouble
{
    /// <summary>Nothing that has a remedy of its own.</summary>
    Other,

    /// <summary>The token was never valid, or was revoked.</summary>
    TokenRefused,

    /// <summary>Another program polls with this token, or a webhook is set.</summary>
    Conflict,

    /// <summary>Too many requests.</summary>
    Flood,

    /// <summary>The group became a supergroup: it has another id now.</summary>
    Migrated,

    /// <summary>The chat is not there for this bot: blocked, removed, closed, or not allowed to write.</summary>
    ChatGone,

    /// <summary>The topic is not there, or closed.</summary>
    ThreadGone,

    /// <summary>The message to edit or delete is not there, or cannot be changed any more.</summary>
    MessageGone,

    /// <summary>The message that this answers is not there.</summary>
    ReplyGone,

    /// <summary>The text says already what it is edited to say: a success.</summary>
    NotModified,

    /// <summary>The formatting was refused.</summary>
    EntitiesRefused,

    /// <summary>The buttons were refused.</summary>
    ButtonsRefused,

    /// <summary>The text is too long.</summary>
    TooLong,

    /// <summary>A file was refused: too big, of the wrong kind, not to be had.</summary>
    FileRefused,

    /// <summary>The press of a button was too long ago to be answered.</summary>
    QueryTooOld,

    /// <summary>No answer in time.</summary>
    NoAnswer,

    /// <summary>The connection could not be made or broke.</summary>
    Unreachable,

    /// <summary>The address is not public, and private ones are not allowed.</summary>
    AddressForbidden,

    /// <summary>What answered does not speak the Bot API: a proxy's error page, a web site.</summary>
    NotTelegram,

    /// <summary>The server had an error of its own.</summary>
    ServerError,

    /// <summary>The server does not know the method.</summary>
    UnknownMethod,
}

/// <summary>Why a call failed. <c>Detail</c> is for people and has no token in it; <c>Risk</c> is one of <see cref="DeadLetterRisks"/>.</summary>
internal sealed record TelegramFailure(TelegramTrouble Trouble, FailureKind Kind, string Detail, string Risk, TimeSpan? RetryAfter = null, long? MigrateTo = null, int Code = 0)
{
    /// <summary>The same as a sender's outcome.</summary>
    public SendOutcome ToOutcome() => Trouble == TelegramTrouble.Flood ? SendOutcome.TooMuchForOne(Cause, Detail, RetryAfter) : SendOutcome.Failed(Kind, Cause, Detail, Risk, RetryAfter);

    private string Cause => Trouble switch
    {
        TelegramTrouble.Unreachable => DeadLetterCauses.ChannelUnavailable,
        TelegramTrouble.NoAnswer => DeadLetterCauses.ChannelTimeout,
        TelegramTrouble.AddressForbidden => DeadLetterCauses.DestinationForbidden,
        _ => Kind is FailureKind.Permanent or FailureKind.Authentication ? DeadLetterCauses.ChannelRejected : DeadLetterCauses.ChannelError,
    };
}

/// <summary>What a call gave, or why it failed: a closed set.</summary>
internal readonly struct TelegramResult<T>
{
    private TelegramResult(T? value, TelegramFailure? failure) => (Value, Failure) = (value, failure);

    /// <summary>Holds when <see cref="Failure"/> is null.</summary>
    public T? Value { get; }

    public TelegramFailure? Failure { get; }

    public static implicit operator TelegramResult<T>(T value) => new(value, null);

    public static implicit operator TelegramResult<T>(TelegramFailure failure) => new(default, failure);
}
