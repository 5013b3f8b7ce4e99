namespace OpenClaw.Gateway.Core.Agents.A2a.Answers;

/// <summary>The states of a task, as the protocol names them.</summary>
internal static class TaskStates
{
    public const string Completed = "TASK_STATE_COMPLETED";
    public const string Failed = "TASK_STATE_FAILED";
    public const string Canceled = "TASK_STATE_CANCELED";
    public const string Rejected = "TASK_STATE_REJECTED";
    public const string InputRequired = "TASK_STATE_INPUT_REQUIRED";
    public const string AuthRequired = "TASK_STATE_AUTH_REQUIRED";

    /// <summary>Nothing more comes of it.</summary>
    public static bool IsTerminal(string? state) => state is Completed or Failed or Canceled or Rejected;

    /// <summary>Nothing more comes of it before the user says something.</summary>
    public static bool IsInterrupted(string? state) => state is InputRequired or AuthRequired;
}
