namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.OAuth;

/// <summary>How access tokens are come by.</summary>
internal enum OAuthGrant
{
    /// <summary>With a refresh token that a person has agreed to.</summary>
    RefreshToken,

    /// <summary>With the client's own secret.</summary>
    ClientCredentials,
}

/// <summary>Who asks for tokens, and where. Never prints its secrets.</summary>
internal sealed class OAuthClient
{
    public required Uri TokenUrl { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null: a client that cannot keep one.</summary>
    public string? ClientSecret { get; init; }

    public required OAuthGrant Grant { get; init; }

    /// <summary>For <see cref="OAuthGrant.RefreshToken"/>.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>With blanks between; null = those that were agreed to.</summary>
    public string? Scopes { get; init; }

    public override string ToString() => $"{Grant} at {TokenUrl.Host}";
}
