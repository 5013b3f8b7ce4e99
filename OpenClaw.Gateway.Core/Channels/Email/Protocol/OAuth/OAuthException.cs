namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.OAuth;

/// <summary>What kind of failure it is decides what to do about it.</summary>
internal enum OAuthFailure
{
    /// <summary>The refresh token is no longer good (<c>invalid_grant</c>): a person must agree anew.</summary>
    Grant,

    /// <summary>The server does not take the client (<c>invalid_client</c>, <c>unauthorized_client</c>): its id or secret is wrong or has expired.</summary>
    Client,

    /// <summary>The server does not take what is asked for, such as the scopes.</summary>
    Request,

    /// <summary>Not reached, or not able at the moment. Try again.</summary>
    Temporary,

    /// <summary>What answers is no token server.</summary>
    Protocol,
}

/// <summary>No access token. The message holds no secret, so it may be logged.</summary>
internal sealed class OAuthException(OAuthFailure failure, string message, string? error = null, TimeSpan? retryAfter = null, Exception? cause = null) : Exception(message, cause)
{
    public OAuthFailure Failure { get; } = failure;

    /// <summary>The server's word for it, such as <c>invalid_grant</c>; null = it gave none.</summary>
    public string? Error { get; } = error;

    /// <summary>What the server asked for.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>It will not pass until somebody changes the settings.</summary>
    public bool IsFatal => Failure is OAuthFailure.Grant or OAuthFailure.Client or OAuthFailure.Request;
}
