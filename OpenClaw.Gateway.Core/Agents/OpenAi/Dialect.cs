using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// What of the protocol an agent's server does not take, learned from its refusals and remembered as long as the agent is not changed. Each thing is learned
/// once: a server that goes on refusing is believed.
/// </summary>
internal sealed class Dialect
{
    private bool _noUsage;
    private bool _noNames;
    private bool _noImages;
    private bool _noTools;
    private bool _noSystem;
    private bool _strictRoles;
    private bool _otherMaxTokens;

    /// <summary>It does not know <c>stream_options</c>.</summary>
    public bool NoUsage => Volatile.Read(ref _noUsage);

    /// <summary>Messages may not have a name.</summary>
    public bool NoNames => Volatile.Read(ref _noNames);

    /// <summary>The model sees no pictures.</summary>
    public bool NoImages => Volatile.Read(ref _noImages);

    /// <summary>The model calls no tools.</summary>
    public bool NoTools => Volatile.Read(ref _noTools);

    /// <summary>There is no system prompt: it goes in front of the first message.</summary>
    public bool NoSystem => Volatile.Read(ref _noSystem);

    /// <summary>User and assistant must take turns, the user first.</summary>
    public bool StrictRoles => Volatile.Read(ref _strictRoles);

    /// <summary>The bound of the answer has the other of its two names.</summary>
    public bool OtherMaxTokens => Volatile.Read(ref _otherMaxTokens);

    /// <summary>Learns from a refusal. What was learned, for people; null = nothing: asking again would be refused again.</summary>
    public string? Learn(ServerError error, RequestShape shape)
    {
        if (error.Status is not (400 or 404 or 405 or 415 or 422 or 500 or 501)) return null;
        if (shape.Usage && error.Says("stream_options", "include_usage")) return Set(ref _noUsage, "The server does not know stream_options: tokens are not counted.");
        if (shape.Tools && error.Says("does not support tool", "does not support function", "tool use is not supported", "tools is not supported", "tools are not supported", "enable-auto-tool-choice", "support tool use"))
            return Set(ref _noTools, "The model calls no tools: it is asked without them.");
        if (shape.Images && error.Says("image", "vision", "multimodal", "multi-modal", "mmproj")) return Set(ref _noImages, "The model takes no images: it is only told of them.");
        if (shape.MaxTokens && error.Says("max_tokens", "max_completion_tokens") && error.Says("unsupported", "not supported", "unrecognized", "unknown", "extra", "not permitted", "use 'max_"))
            return Set(ref _otherMaxTokens, "The server bounds answers by the other one of max_tokens and max_completion_tokens.");
        if (shape.System && error.Says("system role not supported", "system role is not supported", "role 'system'", "support the system role", "does not support system")) return Set(ref _noSystem, "The model knows no system prompt: it stands before the first message.");
        if (shape.FreeRoles && error.Says("must alternate", "should alternate", "roles alternate", "first message must", "conversation must start with", "conversation roles")) return Set(ref _strictRoles, "The model wants user and assistant to take turns: messages are joined.");
        return shape.Names && error.Says("'name'", "\"name\"", ".name", "`name`", ", name") ? Set(ref _noNames, "The server takes no names of participants.") : null;
    }

    private static string Set(ref bool what, string learned)
    {
        Volatile.Write(ref what, true);
        return learned;
    }
}

/// <summary>What a request had in it that a server may refuse.</summary>
/// <param name="Usage"><c>stream_options</c>.</param>
/// <param name="Names">Names of participants.</param>
/// <param name="Images">Pictures that it may do without.</param>
/// <param name="Tools">Tools.</param>
/// <param name="MaxTokens">A bound of the answer, by its first name.</param>
/// <param name="System">A system prompt as such.</param>
/// <param name="FreeRoles">Messages as they were said.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RequestShape(bool Usage, bool Names, bool Images, bool Tools, bool MaxTokens, bool System, bool FreeRoles);
