namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Keys for the gateway's own use, all derived from the one master key.</summary>
public interface IKeyMaterial
{
    /// <summary>32 bytes for that purpose (HKDF-SHA256): the same on every node and after every start, unrelated to those of other purposes.</summary>
    byte[] Derive(string purpose);
}

/// <summary>How secrets are named in <see cref="ChannelModel.Secrets"/> and <see cref="AgentModel.Secrets"/>.</summary>
public static class SecretNames
{
    /// <summary>The secret that a channel or agent signs with.</summary>
    public const string SigningSecret = "signingSecret";

    /// <summary>Where the value before the last rotation stands while it still holds: sign with both, believe either.</summary>
    public static string Previous(string name) => name + ".previous";
}
